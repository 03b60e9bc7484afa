package dev.musher.ops.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Frontier;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Kept;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.Sha256;
import dev.musher.crdt.change.Value;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One history as the model printed it, with its changes as the fold takes them. Their ids begin
 * with the model's and so have the same order, which ties break by. One thread.
 */
final class ModelHistory {

    private static final int ID_DIGITS = 12;
    private static final String FLAG = "flag ";

    private final JsonNode json;
    private final Map<String, JsonNode> byId = new HashMap<>();
    private final Map<DeviceId, String> devices = new HashMap<>();
    private final Map<Long, String> epochs = new HashMap<>();
    private final List<Change> changes = new ArrayList<>();
    private final ChangeId project;

    ModelHistory(JsonNode json) {
        this.json = json;
        json.get("changes").forEach(c -> byId.put(c.get("id").asText(), c));
        project = id(json.get("changes").get(0).get("id"));
        json.get("changes").forEach(c -> changes.add(change(c)));
    }

    String name() {
        return json.get("name").asText();
    }

    int headsMax() {
        return json.get("headsMax").asInt();
    }

    List<Change> changes() {
        return changes;
    }

    /** Orders of arrival, as indexes of {@link #changes}. */
    List<List<Integer>> orders() {
        List<List<Integer>> out = new ArrayList<>();
        for (JsonNode order : json.get("orders")) {
            List<Integer> one = new ArrayList<>();
            order.forEach(i -> one.add(i.asInt()));
            out.add(one);
        }
        return out;
    }

    /** Why the model refuses a change, or null. */
    @Nullable String refused(int index) {
        JsonNode why = json.get("changes").get(index).get("refused");
        return why.isNull() ? null : why.asText();
    }

    /** What the model says of every op of an admitted change. */
    List<String> verdicts(int index) {
        List<String> out = new ArrayList<>();
        json.get("changes").get(index).get("verdicts").forEach(v -> out.add(v.asText()));
        return out;
    }

    JsonNode state() {
        return json.get("state");
    }

    /** After how many arrivals of the first order the half-way state was taken. */
    int halfAfter() {
        return json.get("half").get("after").asInt();
    }

    /** The state then; null where there was no genesis yet. */
    @Nullable JsonNode halfState() {
        JsonNode state = json.get("half").get("state");
        return state.isNull() ? null : state;
    }

    /** The model's name of a device. */
    String device(DeviceId id) {
        return devices.getOrDefault(id, "?");
    }

    /** The model's name of an epoch. */
    String epoch(long epoch) {
        return epochs.getOrDefault(epoch, "?");
    }

    /** The model's id of a change. */
    static String idOf(ChangeId id) {
        return id.hex().substring(0, ID_DIGITS);
    }

    private static ChangeId id(JsonNode text) {
        byte[] out = Sha256.of(text.asText().getBytes(StandardCharsets.UTF_8));
        byte[] start = HexFormat.of().parseHex(text.asText());
        System.arraycopy(start, 0, out, 0, start.length);
        return ChangeId.of(out);
    }

    private DeviceId device(JsonNode name) {
        String text = name.asText();
        DeviceId id = DeviceId.of(Sha256.of(text.getBytes(StandardCharsets.UTF_8)));
        devices.put(id, text);
        return id;
    }

    private long epoch(JsonNode name) {
        String text = name.asText();
        byte[] hash = Sha256.of(text.getBytes(StandardCharsets.UTF_8));
        long epoch = ByteBuffer.wrap(hash).getLong();
        epochs.put(epoch, text);
        return epoch;
    }

    private Change change(JsonNode c) {
        ChangeId id = id(c.get("id"));
        boolean genesis = id.equals(project);
        Header header =
                new Header(
                        Header.VERSION,
                        genesis ? ChangeId.ZERO : project,
                        device(c.get("device")),
                        epoch(c.get("epoch")),
                        c.get("seq").asLong(),
                        c.get("prev").isNull() ? null : id(c.get("prev")),
                        ids(c.get("deps")),
                        c.get("lamport").asLong(),
                        c.get("lamport").asLong(),
                        Frontier.hash(ids(c.get("members"))),
                        0,
                        ChangeId.ZERO);
        List<Op> ops = new ArrayList<>();
        c.get("ops").forEach(op -> ops.add(op(op)));
        return new Change(id, header, actor(c), ops, new byte[0]);
    }

    private static Actor actor(JsonNode c) {
        String actor = c.get("actor").asText();
        return switch (actor) {
            case "user" -> new Actor.User(actor);
            case "system" -> new Actor.SystemActor(actor);
            case "agent" -> new Actor.Agent(actor, optionalRef(c.get("grant")));
            default -> throw new IllegalArgumentException("actor " + actor);
        };
    }

    private Op op(JsonNode o) {
        String kind = o.get("op").asText();
        return switch (kind) {
            case "Genesis" ->
                    new Op.Genesis("p", device(o.get("owner")), device(o.get("recovery")), 0);
            case "Add" -> new Op.AddMember(device(o.get("device")), role(o), "", null);
            case "Role" -> new Op.SetRole(device(o.get("device")), role(o));
            case "Cut" -> new Op.Cut(device(o.get("device")), kept(o));
            case "Settle" ->
                    new Op.SettleFork(device(o.get("device")), epoch(o.get("epoch")), kept(o));
            case "Adopt" -> new Op.Adopt(ids(o.get("changes")), List.of());
            case "Arbiter" ->
                    new Op.SetArbiter(
                            device(o.get("device")),
                            ref(o.get("after")),
                            o.get("term").asLong(),
                            Op.ArbiterKind.HOME);
            // The model counts from 0, and 0 is no number of an item.
            case "New" ->
                    new Op.NewItem(
                            o.get("number").asLong() + 1, null, new TreeMap<>(), new TreeMap<>());
            case "Move" ->
                    new Op.Move(item(o), event(o), refs(o.get("bases")), "", new TreeMap<>());
            case "Write" -> new Op.SetField(item(o), field(o), value(o), refs(o.get("replaces")));
            case "Note" -> new Op.AddNote(item(o), o.get("text").asText());
            case "Granted" ->
                    new Op.Granted(
                            item(o),
                            device(o.get("holder")),
                            o.get("generation").asLong(),
                            optionalRef(o.get("after")),
                            ref(o.get("arbiter")),
                            ids(o.get("last")),
                            0);
            case "Expire" ->
                    new Op.Expired(
                            item(o),
                            ref(o.get("grant")),
                            ref(o.get("arbiter")),
                            ids(o.get("last")));
            case "Tentative" ->
                    new Op.Tentative(
                            item(o), o.get("generation").asLong(), optionalRef(o.get("after")), 0);
            default -> throw new IllegalArgumentException("op " + kind);
        };
    }

    private static Role role(JsonNode o) {
        return Role.valueOf(o.get("role").asText().toUpperCase(Locale.ROOT));
    }

    private static ItemKey item(JsonNode o) {
        return ItemKey.of(ref(o.get("item")));
    }

    private static Event event(JsonNode o) {
        return Event.parse(o.get("event").asText()).orElseThrow();
    }

    private static Field field(JsonNode o) {
        return Field.parse(o.get("field").asText()).orElseThrow();
    }

    /** The model writes flags and texts to both of its fields; here each has its kind. */
    private static Value value(JsonNode o) {
        JsonNode value = o.get("value");
        if (field(o) == Field.NAME) {
            return new Value.Text(value.isBoolean() ? FLAG + value.asText() : value.asText());
        }
        return value.isBoolean() ? new Value.Flag(value.asBoolean()) : Value.NONE;
    }

    /** What {@link #value} was made of. */
    static JsonNode json(Value value) {
        return switch (value) {
            case Value.Flag flag -> BooleanNode.valueOf(flag.flag());
            case Value.Text text ->
                    text.text().startsWith(FLAG)
                            ? BooleanNode.valueOf(text.text().endsWith("true"))
                            : TextNode.valueOf(text.text());
            case Value.None none -> TextNode.valueOf("v");
            case Value.Int number -> throw new IllegalArgumentException("not of the model");
            case Value.Dropped dropped -> throw new IllegalArgumentException("not of the model");
            case Value.Item item -> throw new IllegalArgumentException("not of the model");
        };
    }

    private List<Kept> kept(JsonNode o) {
        List<Kept> out = new ArrayList<>();
        for (JsonNode text : o.get("kept")) {
            JsonNode c = byId.get(text.asText());
            if (c == null) {
                throw new IllegalArgumentException("kept " + text);
            }
            out.add(new Kept(epoch(c.get("epoch")), c.get("seq").asLong(), id(text), null));
        }
        return out;
    }

    private static List<ChangeId> ids(JsonNode list) {
        List<ChangeId> out = new ArrayList<>();
        list.forEach(text -> out.add(id(text)));
        return out;
    }

    private static List<Ref> refs(JsonNode list) {
        List<Ref> out = new ArrayList<>();
        list.forEach(r -> out.add(ref(r)));
        return out;
    }

    private static @Nullable Ref optionalRef(JsonNode r) {
        return r.isNull() ? null : ref(r);
    }

    private static Ref ref(JsonNode r) {
        return new Ref(id(r.get(0)), r.get(1).asInt());
    }
}
