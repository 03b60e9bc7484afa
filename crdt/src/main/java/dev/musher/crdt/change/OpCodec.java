package dev.musher.crdt.change;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The body of a change: {@code [actor, [op, ...]]}, each op an array that begins with its kind. The
 * table of kinds stands in {@code protocol/PROTOCOL.md}.
 */
final class OpCodec {

    static final int GENESIS = 0;
    static final int ADD_MEMBER = 1;
    static final int SET_ROLE = 2;
    static final int CUT = 3;
    static final int SETTLE_FORK = 4;
    static final int ADOPT = 5;
    static final int SET_ARBITER = 6;
    static final int SET_RULES = 7;
    static final int CHECKPOINT = 8;
    static final int NEW_ITEM = 16;
    static final int MOVE = 17;
    static final int SET_FIELD = 18;
    static final int ADD_NOTE = 19;
    static final int EDIT_NOTE = 20;
    static final int ADD_ELEMENT = 21;
    static final int REMOVE_ELEMENT = 22;
    static final int CHECK_TODO = 23;
    static final int COUNT = 24;
    static final int GRANTED = 32;
    static final int EXPIRED = 33;
    static final int TENTATIVE = 34;
    static final int KIND_MAX = 65_535;

    private static final Event[] EVENTS = Event.values();
    private static final Field[] FIELDS = Field.values();
    private static final SetName[] SETS = SetName.values();
    private static final CounterName[] COUNTERS = CounterName.values();
    private static final Role[] ROLES = Role.values();
    private static final Origin.Kind[] ORIGINS = Origin.Kind.values();
    private static final Op.ArbiterKind[] ARBITERS = Op.ArbiterKind.values();

    private OpCodec() {}

    static void writeBody(CborWriter out, Actor actor, List<Op> ops) {
        out.array(2);
        writeActor(out, actor);
        out.array(ops.size());
        ops.forEach(op -> write(out, op));
    }

    static Actor readBody(CborReader in, List<Op> ops) {
        if (in.array("body", 2, 2) != 2) {
            throw new Malformed("body: not a pair");
        }
        Actor actor = readActor(in);
        int count = in.array("ops", 0, Limits.OPS);
        for (int i = 0; i < count; i++) {
            ops.add(read(in));
        }
        return actor;
    }

    private static void writeActor(CborWriter out, Actor actor) {
        switch (actor) {
            case Actor.User u -> out.array(2).integer(0).text(u.name());
            case Actor.Agent a -> {
                out.array(3).integer(1).text(a.name());
                optionalRef(out, a.grant());
            }
            case Actor.SystemActor s -> out.array(2).integer(2).text(s.name());
        }
    }

    private static Actor readActor(CborReader in) {
        int length = in.array("actor", 2, 3);
        int kind = (int) in.integer("actor kind", 0, 2);
        if (length != (kind == 1 ? 3 : 2)) {
            throw new Malformed("actor: wrong number of parts");
        }
        String name = name(in, "actor name");
        return switch (kind) {
            case 0 -> new Actor.User(name);
            case 1 -> new Actor.Agent(name, optionalRef(in, "actor grant"));
            default -> new Actor.SystemActor(name);
        };
    }

    static void write(CborWriter out, Op op) {
        switch (op) {
            case Op.Genesis o -> {
                head(out, GENESIS, o.label().isEmpty() ? 4 : 5)
                        .text(o.name())
                        .bytes(o.owner())
                        .bytes(o.recovery())
                        .integer(o.nonce());
                if (!o.label().isEmpty()) {
                    out.text(o.label());
                }
            }
            case Op.AddMember o -> {
                head(out, ADD_MEMBER, 4)
                        .bytes(o.device())
                        .integer(o.role().ordinal())
                        .text(o.label());
                Long expires = o.expiresMs();
                if (expires == null) {
                    out.nothing();
                } else {
                    out.integer(expires);
                }
            }
            case Op.SetRole o ->
                    head(out, SET_ROLE, 2).bytes(o.device()).integer(o.role().ordinal());
            case Op.Cut o -> {
                head(out, CUT, 2).bytes(o.device());
                kept(out, o.kept());
            }
            case Op.SettleFork o -> {
                head(out, SETTLE_FORK, 3).bytes(o.device());
                ChangeCodec.writeEpoch(out, o.epoch());
                kept(out, o.kept());
            }
            case Op.Adopt o -> {
                head(out, ADOPT, 2);
                ids(out, o.changes());
                ids(out, o.heads());
            }
            case Op.SetArbiter o -> {
                head(out, SET_ARBITER, 4).bytes(o.device());
                ref(out, o.after());
                out.integer(o.term()).integer(o.kind().ordinal());
            }
            case Op.SetRules o -> head(out, SET_RULES, 1).integer(o.version());
            case Op.Checkpoint o ->
                    head(out, CHECKPOINT, 3)
                            .bytes(o.root())
                            .bytes(o.membership())
                            .bytes(vouched(o.outlines()));
            case Op.NewItem o -> newItem(out, o);
            case Op.Move o -> {
                item(head(out, MOVE, 5), o.item()).integer(o.event().ordinal());
                refs(out, o.bases());
                out.text(o.reason()).map(o.details().size());
                // TreeMap order is that of UTF-16 units; details are ASCII words, see readDetails.
                for (Map.Entry<String, String> e : byLengthThenBytes(o.details())) {
                    out.text(e.getKey()).text(e.getValue());
                }
            }
            case Op.SetField o -> {
                item(head(out, SET_FIELD, 4), o.item()).integer(o.field().ordinal());
                value(out, o.value());
                refs(out, o.replaces());
            }
            case Op.AddNote o -> item(head(out, ADD_NOTE, 2), o.item()).text(o.text());
            case Op.EditNote o -> {
                ref(item(head(out, EDIT_NOTE, 4), o.item()), o.note());
                out.text(o.text());
                refs(out, o.replaces());
            }
            case Op.AddElement o -> {
                item(head(out, ADD_ELEMENT, 3), o.item()).integer(o.set().ordinal());
                value(out, o.element());
            }
            case Op.RemoveElement o -> {
                item(head(out, REMOVE_ELEMENT, 4), o.item()).integer(o.set().ordinal());
                value(out, o.element());
                refs(out, o.adds());
            }
            case Op.CheckTodo o -> {
                item(head(out, CHECK_TODO, 4), o.item()).text(o.todo()).flag(o.checked());
                refs(out, o.replaces());
            }
            case Op.Count o -> {
                item(head(out, COUNT, 4), o.item())
                        .integer(o.counter().ordinal())
                        .integer(o.amount());
                optionalRef(out, o.of());
            }
            case Op.Granted o -> {
                item(head(out, GRANTED, 7), o.item()).bytes(o.holder()).integer(o.generation());
                optionalRef(out, o.after());
                ref(out, o.arbiter());
                ids(out, o.last());
                out.integer(o.ttlMs());
            }
            case Op.Expired o -> {
                ref(item(head(out, EXPIRED, 4), o.item()), o.grant());
                ref(out, o.arbiter());
                ids(out, o.last());
            }
            case Op.Tentative o -> {
                item(head(out, TENTATIVE, 4), o.item()).integer(o.generation());
                optionalRef(out, o.after());
                out.integer(o.ttlMs());
            }
            case Op.Unknown o -> out.raw(o.cbor().bytes());
        }
    }

    static Op read(CborReader in) {
        CborReader start = in.fork();
        int length = in.array("op", 1, 1 + KIND_MAX);
        int kind = (int) in.integer("op kind", 0, KIND_MAX);
        Op op = null;
        try {
            op = readKnown(in, kind, length - 1);
        } catch (UnknownCode newer) {
            // A known kind with a code of a later version is as unknown as a new kind: kept as it
            // is.
        }
        if (op != null) {
            return op;
        }
        int from = start.position();
        start.skip("op of kind " + kind, Limits.DEPTH);
        return new Op.Unknown(kind, Octets.of(in.jumpTo(from, start.position())));
    }

    private static @Nullable Op readKnown(CborReader in, int kind, int length) {
        return switch (kind) {
            case GENESIS -> {
                // A label came later: without one the form is that of older projects.
                arity("genesis", length, length == 5 ? 5 : 4);
                yield new Op.Genesis(
                        name(in, "project name"),
                        in.device("owner"),
                        in.device("recovery key"),
                        in.integer("nonce", 0, Long.MAX_VALUE),
                        length == 5 ? name(in, "owner's label") : "");
            }
            case ADD_MEMBER -> {
                arity("add", length, 4);
                yield new Op.AddMember(
                        in.device("device"),
                        code(in, "role", ROLES),
                        shortText(in, "label"),
                        in.nothing() ? null : in.integer("expiry", 0, Long.MAX_VALUE));
            }
            case SET_ROLE -> {
                arity("role", length, 2);
                yield new Op.SetRole(in.device("device"), code(in, "role", ROLES));
            }
            case CUT -> {
                arity("cut", length, 2);
                yield new Op.Cut(in.device("device"), kept(in));
            }
            case SETTLE_FORK -> {
                arity("settle", length, 3);
                yield new Op.SettleFork(
                        in.device("device"), ChangeCodec.epoch(in, "epoch"), kept(in));
            }
            case ADOPT -> {
                arity("adopt", length, 2);
                yield new Op.Adopt(ids(in, "adopted changes"), ids(in, "adopted heads"));
            }
            case SET_ARBITER -> {
                arity("arbiter", length, 4);
                yield new Op.SetArbiter(
                        in.device("device"),
                        ref(in, "arbiter before"),
                        in.integer("term", 1, Limits.NUMBER),
                        code(in, "kind of arbiter", ARBITERS));
            }
            case SET_RULES -> {
                arity("rules", length, 1);
                yield new Op.SetRules((int) in.integer("rules version", 1, 1_000_000));
            }
            case CHECKPOINT -> {
                arity("checkpoint", length, 3);
                yield new Op.Checkpoint(
                        in.id("root of the state"), in.id("membership hash"), vouched(in));
            }
            case NEW_ITEM -> {
                arity("new", length, 4);
                yield newItem(in);
            }
            case MOVE -> {
                arity("move", length, 5);
                yield new Op.Move(
                        in.itemKey("item"),
                        code(in, "event", EVENTS),
                        refs(in, "bases", 1),
                        text(in, "reason", Limits.REASON_BYTES),
                        details(in));
            }
            case SET_FIELD -> {
                arity("set", length, 4);
                ItemKey item = in.itemKey("item");
                Field field = code(in, "field", FIELDS);
                yield new Op.SetField(item, field, fieldValue(in, field), refs(in, "replaces", 0));
            }
            case ADD_NOTE -> {
                arity("note", length, 2);
                yield new Op.AddNote(in.itemKey("item"), text(in, "note", Limits.NOTE_BYTES));
            }
            case EDIT_NOTE -> {
                arity("note edit", length, 4);
                yield new Op.EditNote(
                        in.itemKey("item"),
                        ref(in, "note"),
                        text(in, "note", Limits.NOTE_BYTES),
                        refs(in, "replaces", 0));
            }
            case ADD_ELEMENT -> {
                arity("add to set", length, 3);
                ItemKey item = in.itemKey("item");
                SetName set = code(in, "set", SETS);
                yield new Op.AddElement(item, set, element(in, set));
            }
            case REMOVE_ELEMENT -> {
                arity("remove from set", length, 4);
                ItemKey item = in.itemKey("item");
                SetName set = code(in, "set", SETS);
                yield new Op.RemoveElement(item, set, element(in, set), refs(in, "adds", 0));
            }
            case CHECK_TODO -> {
                arity("check", length, 4);
                yield new Op.CheckTodo(
                        in.itemKey("item"),
                        name(in, "todo"),
                        in.flag("checked"),
                        refs(in, "replaces", 0));
            }
            case COUNT -> {
                arity("count", length, 4);
                ItemKey item = in.itemKey("item");
                CounterName counter = code(in, "counter", COUNTERS);
                long amount = in.integer("amount", 0, Limits.NUMBER);
                Ref of = optionalRef(in, "stage of the counter");
                if ((counter == CounterName.RETRIES) != (of != null)) {
                    throw new Malformed(
                            "count: retries name the stage move they belong to, others none");
                }
                yield new Op.Count(item, counter, amount, of);
            }
            case GRANTED -> {
                arity("granted", length, 7);
                yield new Op.Granted(
                        in.itemKey("item"),
                        in.device("holder"),
                        in.integer("generation", 1, Limits.NUMBER),
                        optionalRef(in, "claim before"),
                        ref(in, "arbiter"),
                        ids(in, "last heads"),
                        in.integer("ttl", 0, Limits.NUMBER));
            }
            case EXPIRED -> {
                arity("expired", length, 4);
                yield new Op.Expired(
                        in.itemKey("item"),
                        ref(in, "grant"),
                        ref(in, "arbiter"),
                        ids(in, "last heads"));
            }
            case TENTATIVE -> {
                arity("tentative", length, 4);
                yield new Op.Tentative(
                        in.itemKey("item"),
                        in.integer("generation", 1, Limits.NUMBER),
                        optionalRef(in, "claim before"),
                        in.integer("ttl", 0, Limits.NUMBER));
            }
            default -> null;
        };
    }

    private static void newItem(CborWriter out, Op.NewItem o) {
        head(out, NEW_ITEM, 4).integer(o.number());
        Origin origin = o.origin();
        if (origin == null) {
            out.nothing();
        } else {
            out.array(3)
                    .integer(origin.kind().ordinal())
                    .text(origin.id())
                    .integer(origin.timeMs());
        }
        out.map(o.fields().size());
        o.fields()
                .forEach((f, v) -> {
                    out.integer(f.ordinal());
                    value(out, v);
                });
        out.map(o.sets().size());
        o.sets()
                .forEach((s, elements) -> {
                    out.integer(s.ordinal()).array(elements.size());
                    elements.forEach(e -> value(out, e));
                });
    }

    private static Op newItem(CborReader in) {
        long number = in.integer("number", 1, Limits.NUMBER);
        Origin origin = null;
        if (!in.nothing()) {
            arity("origin", in.array("origin", 3, 3), 3);
            origin =
                    new Origin(
                            code(in, "origin kind", ORIGINS),
                            name(in, "origin id"),
                            in.integer("origin time", 0, Long.MAX_VALUE));
        }
        SortedMap<Field, Value> fields = new TreeMap<>();
        int count = in.map("fields", 0, Limits.ENTRIES);
        for (int i = 0; i < count; i++) {
            Field field = code(in, "field", FIELDS);
            ascending("fields", fields, field);
            fields.put(field, fieldValue(in, field));
        }
        SortedMap<SetName, List<Value>> sets = new TreeMap<>();
        count = in.map("sets", 0, Limits.ENTRIES);
        for (int i = 0; i < count; i++) {
            SetName set = code(in, "set", SETS);
            ascending("sets", sets, set);
            int length = in.array("elements", 1, Limits.ELEMENTS);
            List<Value> elements = new ArrayList<>(length);
            for (int k = 0; k < length; k++) {
                elements.add(element(in, set));
            }
            sets.put(set, elements);
        }
        return new Op.NewItem(number, origin, fields, sets);
    }

    private static <K extends Comparable<K>> void ascending(
            String what, SortedMap<K, ?> map, K key) {
        if (!map.isEmpty() && map.lastKey().compareTo(key) >= 0) {
            throw new Malformed(what + ": keys not sorted or not unique");
        }
    }

    private static void value(CborWriter out, Value value) {
        switch (value) {
            case Value.None n -> out.nothing();
            case Value.Text t -> out.text(t.text());
            case Value.Int i -> out.integer(i.number());
            case Value.Flag f -> out.flag(f.flag());
            case Value.Item i -> item(out, i.key());
            case Value.Dropped d -> out.bytes(Outline.text(d));
        }
    }

    private static Value fieldValue(CborReader in, Field field) {
        if (in.nothing()) {
            return Value.NONE;
        }
        if (field == Field.BODY && in.isOutline()) {
            return Outline.text(in);
        }
        return switch (field.kind()) {
            case TEXT ->
                    new Value.Text(
                            field == Field.BODY
                                    ? text(in, "body", Limits.BODY_BYTES)
                                    : shortText(in, field.word()));
            case NUMBER -> new Value.Int(in.integer(field.word(), 0, Limits.NUMBER));
            case FLAG -> new Value.Flag(in.flag(field.word()));
            case ITEM -> new Value.Item(in.itemKey(field.word()));
        };
    }

    private static Value element(CborReader in, SetName set) {
        return switch (set) {
            case DEPENDS_ON -> new Value.Item(in.itemKey("dependency"));
            case LABELS -> new Value.Text(name(in, "label"));
            case TODOS -> new Value.Text(name(in, "todo"));
        };
    }

    private static void kept(CborWriter out, List<Kept> kept) {
        out.array(kept.size());
        for (Kept k : kept) {
            out.array(4);
            ChangeCodec.writeEpoch(out, k.epoch());
            out.integer(k.seq()).bytes(k.id());
            Signature signature = k.signature();
            if (signature == null) {
                out.nothing();
            } else {
                out.bytes(signature.bytes());
            }
        }
    }

    private static List<Kept> kept(CborReader in) {
        int count = in.array("kept heads", 0, Limits.KEPT);
        List<Kept> out = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            arity("kept head", in.array("kept head", 4, 4), 4);
            out.add(
                    new Kept(
                            ChangeCodec.epoch(in, "epoch"),
                            in.integer("seq", 1, Limits.NUMBER),
                            in.id("kept head"),
                            in.nothing()
                                    ? null
                                    : Signature.of(
                                            in.bytes(
                                                    "signature",
                                                    Signature.LENGTH,
                                                    Signature.LENGTH))));
        }
        return out;
    }

    private static byte[] vouched(List<Op.Vouched> outlines) {
        byte[] out = new byte[outlines.size() * 2 * Bytes32.LENGTH];
        for (int i = 0; i < outlines.size(); i++) {
            outlines.get(i).change().put(out, 2 * i * Bytes32.LENGTH);
            outlines.get(i).outline().put(out, (2 * i + 1) * Bytes32.LENGTH);
        }
        return out;
    }

    private static List<Op.Vouched> vouched(CborReader in) {
        int each = 2 * Bytes32.LENGTH;
        byte[] all = in.bytes("outlines", 0, Limits.OUTLINES * each);
        if (all.length % each != 0) {
            throw new Malformed("outlines: " + all.length + " bytes, not pairs of hashes");
        }
        List<Op.Vouched> out = new ArrayList<>(all.length / each);
        for (int at = 0; at < all.length; at += each) {
            ChangeId change = ChangeId.at(all, at);
            if (at > 0 && out.getLast().change().compareTo(change) >= 0) {
                throw new Malformed("outlines: not sorted or not unique");
            }
            out.add(new Op.Vouched(change, ChangeId.at(all, at + Bytes32.LENGTH)));
        }
        return out;
    }

    private static void ids(CborWriter out, List<ChangeId> ids) {
        out.array(ids.size());
        ids.forEach(out::bytes);
    }

    private static List<ChangeId> ids(CborReader in, String what) {
        int count = in.array(what, 0, Limits.KEPT);
        List<ChangeId> out = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            out.add(in.id(what));
        }
        return out;
    }

    private static void refs(CborWriter out, List<Ref> refs) {
        out.array(refs.size());
        refs.forEach(r -> ref(out, r));
    }

    private static List<Ref> refs(CborReader in, String what, int min) {
        int count = in.array(what, min, Limits.REFS);
        List<Ref> out = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Ref ref = ref(in, what);
            if (out.contains(ref)) {
                throw new Malformed(what + ": " + ref + " twice");
            }
            out.add(ref);
        }
        return out;
    }

    /** A ref is the id alone for op 0, the common case, else {@code [id, index]}. */
    private static void ref(CborWriter out, Ref ref) {
        if (ref.index() == 0) {
            out.bytes(ref.change());
        } else {
            out.array(2).bytes(ref.change()).integer(ref.index());
        }
    }

    private static Ref ref(CborReader in, String what) {
        if (in.nextMajor(what) == 2) {
            return new Ref(in.id(what), 0);
        }
        arity(what, in.array(what, 2, 2), 2);
        return new Ref(in.id(what), (int) in.integer(what + " index", 1, Limits.OPS - 1));
    }

    private static void optionalRef(CborWriter out, @Nullable Ref ref) {
        if (ref == null) {
            out.nothing();
        } else {
            ref(out, ref);
        }
    }

    private static @Nullable Ref optionalRef(CborReader in, String what) {
        return in.nothing() ? null : ref(in, what);
    }

    private static SortedMap<String, String> details(CborReader in) {
        int count = in.map("details", 0, Limits.DETAILS);
        SortedMap<String, String> out = new TreeMap<>();
        String before = "";
        for (int i = 0; i < count; i++) {
            String key = name(in, "detail");
            if (!key.chars().allMatch(c -> c == '_' || (c >= 'a' && c <= 'z'))) {
                throw new Malformed("details: a key has letters a-z and _ only");
            }
            if (i > 0 && compareKeys(before, key) >= 0) {
                throw new Malformed("details: keys not sorted or not unique");
            }
            out.put(key, text(in, "detail " + key, Limits.NAME_CHARS * 4));
            before = key;
        }
        return out;
    }

    private static List<Map.Entry<String, String>> byLengthThenBytes(
            SortedMap<String, String> map) {
        List<Map.Entry<String, String>> out = new ArrayList<>(map.entrySet());
        out.sort((a, b) -> compareKeys(a.getKey(), b.getKey()));
        return out;
    }

    /** The order of RFC 8949: by encoded bytes, so shorter keys first. */
    private static int compareKeys(String a, String b) {
        return a.length() != b.length() ? Integer.compare(a.length(), b.length()) : a.compareTo(b);
    }

    private static String text(CborReader in, String what, int maxBytes) {
        return in.text(what, maxBytes);
    }

    private static String shortText(CborReader in, String what) {
        String out = in.text(what, Limits.NAME_CHARS * 4);
        if (out.length() > Limits.NAME_CHARS) {
            throw new Malformed(
                    what + ": " + out.length() + " characters, at most " + Limits.NAME_CHARS);
        }
        return out;
    }

    private static String name(CborReader in, String what) {
        String out = shortText(in, what);
        if (Blank.is(out)) {
            throw new Malformed(what + ": blank");
        }
        return out;
    }

    private static <E> E code(CborReader in, String what, E[] values) {
        long code = in.integer(what, 0, 1_000_000);
        if (code >= values.length) {
            throw new UnknownCode();
        }
        return values[(int) code];
    }

    /** Leaves {@link #readKnown} where a code is of a later version. Carries no stack trace. */
    private static final class UnknownCode extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private UnknownCode() {
            super("code of a later version", null, false, false);
        }
    }

    private static void arity(String what, int is, int wants) {
        if (is != wants) {
            throw new Malformed(what + ": " + is + " parts, expected " + wants);
        }
    }

    private static CborWriter head(CborWriter out, int kind, int parts) {
        return out.array(parts + 1).integer(kind);
    }

    private static CborWriter item(CborWriter out, ItemKey key) {
        return out.bytes(key.bytes());
    }
}
