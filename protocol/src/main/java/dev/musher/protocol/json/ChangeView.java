package dev.musher.protocol.json;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.pipeline.Written;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Changes as JSON: an event of the feed, an entry of a history, a line of the list of void ones.
 */
public final class ChangeView {

    private final Names names;
    private final Words words;

    /** A view that calls things by {@code names}. */
    public ChangeView(Names names) {
        this.names = names;
        this.words = new Words(names);
    }

    /**
     * An event: {@code {cursor, change, at, actor, access, text:[...], ops:[...], items:[{id,
     * card}]}}. A card is null where the item is gone; {@code access} says that items it does not
     * name may have changed too.
     *
     * @param keys items that the change's ops are on
     * @param now the present state of an item, or null
     */
    public byte[] event(
            String cursor,
            Change change,
            List<ItemKey> keys,
            boolean access,
            Function<ItemKey, @Nullable Item> now) {
        JsonOut out = new JsonOut();
        out.object().member("cursor", cursor);
        head(out, change);
        out.member("access", access).name("items").array();
        ItemView view = new ItemView(names);
        for (ItemKey key : keys) {
            Item item = now.apply(key);
            out.object().member("id", key.shortId()).name("card");
            if (item == null || item.deleted()) {
                out.nothing();
            } else {
                view.card(out, item);
            }
            out.endObject();
        }
        return out.endArray().endObject().toBytes();
    }

    /**
     * One op of an item's history.
     *
     * @param written what a creation or a legal move wrote, else null
     * @param reason why it does not count, or null where it does
     */
    public void entry(
            JsonOut out,
            Change change,
            int index,
            @Nullable Written written,
            @Nullable String reason) {
        Op op = change.op(index);
        op(
                out,
                new Ref(change.id(), index),
                change.header().wallMs(),
                change.actor(),
                change.device(),
                op);
        out.member("lamport", change.lamport());
        if (written != null) {
            out.member("stage", written.stage().name().word());
        }
        out.member("counts", reason == null).member("void", reason).endObject();
    }

    /** An op that does not count: what it says, and why it does not. */
    public void voided(
            JsonOut out, Ref ref, long wallMs, Actor actor, DeviceId device, Op op, String reason) {
        op(out, ref, wallMs, actor, device, op);
        ItemKey key = Words.item(op, ref.change(), ref.index());
        if (key != null) {
            out.member("id", key.shortId()).member("ref", names.reference(key));
        }
        out.member("reason", reason).endObject();
    }

    private void op(JsonOut out, Ref ref, long wallMs, Actor actor, DeviceId device, Op op) {
        out.object()
                .member("change", ref.change().hex())
                .member("index", ref.index())
                .name("at")
                .time(wallMs)
                .name("by");
        AuthorView.write(out, actor, device, names);
        out.member("op", Words.kind(op)).member("text", words.phrase(op)).name("data");
        data(out, op, true);
    }

    /** A change by itself, as one value. */
    public void change(JsonOut out, Change change) {
        out.object();
        head(out, change);
        out.endObject();
    }

    private void head(JsonOut out, Change change) {
        out.member("change", change.id().hex())
                .name("at")
                .time(change.header().wallMs())
                .member("lamport", change.lamport())
                .name("actor");
        AuthorView.write(out, change.actor(), change.device(), names);
        out.name("text").array();
        for (int i = 0; i < change.ops().size(); i++) {
            out.value(words.line(change.ops().get(i), change.id(), i));
        }
        out.endArray().name("ops").array();
        for (int i = 0; i < change.ops().size(); i++) {
            Op op = change.ops().get(i);
            ItemKey key = Words.item(op, change.id(), i);
            out.object().member("op", Words.kind(op));
            if (key != null) {
                out.member("id", key.shortId()).member("ref", names.reference(key));
            }
            out.name("data");
            data(out, op, false);
            out.endObject();
        }
        out.endArray();
    }

    /** What an op says, for programs. A body is in it where {@code whole}. */
    private void data(JsonOut out, Op op, boolean whole) {
        out.object();
        switch (op) {
            case Op.Genesis o -> out.member("name", o.name()).member("owner", o.owner().hex());
            case Op.AddMember o ->
                    out.member("device", o.device().hex())
                            .member("role", o.role().word())
                            .member("label", o.label());
            case Op.SetRole o ->
                    out.member("device", o.device().hex()).member("role", o.role().word());
            case Op.Cut o -> out.member("device", o.device().hex());
            case Op.SettleFork o -> out.member("device", o.device().hex());
            case Op.Adopt o -> {
                out.member("changes", o.changes().stream().map(Object::toString).toList());
                out.member("heads", o.heads().stream().map(Object::toString).toList());
            }
            case Op.SetArbiter o -> out.member("device", o.device().hex());
            case Op.SetRules o -> out.member("version", o.version());
            case Op.Checkpoint o ->
                    out.member("root", o.root().hex())
                            .member("membership", o.membership().hex())
                            .member("outlines", o.outlines().size());
            case Op.NewItem o -> {
                out.member("number", o.number());
                o.fields()
                        .forEach((field, v) -> {
                            if (whole || field != Field.BODY) {
                                value(out, field.word(), v);
                            }
                        });
            }
            case Op.Move o -> {
                out.member("event", o.event().word())
                        .member("reason", o.reason())
                        .name("details")
                        .object();
                o.details().forEach(out::member);
                out.endObject();
            }
            case Op.SetField o -> {
                out.member("field", o.field().word());
                if (whole || o.field() != Field.BODY) {
                    value(out, "value", o.value());
                }
            }
            case Op.AddNote o -> out.member("text", o.text());
            case Op.EditNote o -> out.member("note", o.note().toString()).member("text", o.text());
            case Op.AddElement o ->
                    value(out.member("set", o.set().word()), "element", o.element());
            case Op.RemoveElement o ->
                    value(out.member("set", o.set().word()), "element", o.element());
            case Op.CheckTodo o -> out.member("todo", o.todo()).member("checked", o.checked());
            case Op.Count o ->
                    out.member("counter", o.counter().word()).member("amount", o.amount());
            case Op.Granted o ->
                    out.member("holder", o.holder().hex()).member("generation", o.generation());
            case Op.Expired o -> out.member("grant", o.grant().toString());
            case Op.Tentative o -> out.member("generation", o.generation());
            case Op.Unknown o -> out.member("kind", o.kind());
        }
        out.endObject();
    }

    private void value(JsonOut out, String name, Value value) {
        switch (value) {
            case Value.None v -> out.name(name).nothing();
            case Value.Text v -> out.member(name, v.text());
            case Value.Int v -> out.member(name, v.number());
            case Value.Flag v -> out.member(name, v.flag());
            case Value.Item v -> out.member(name, names.reference(v.key()));
            case Value.Dropped v -> {
                out.name(name);
                ItemView.dropped(out, v);
            }
        }
    }
}
