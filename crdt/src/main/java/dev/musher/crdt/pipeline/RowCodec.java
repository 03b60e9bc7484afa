package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.type.AddWinsSet;
import dev.musher.crdt.type.Body;
import dev.musher.crdt.type.Counter;
import dev.musher.crdt.type.Head;
import dev.musher.crdt.type.NoteList;
import dev.musher.crdt.type.Register;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The row of an item: deterministic CBOR, one form for one state, so that nodes compare hashes. It
 * begins with a table of the changes that it refers to, ascending by (lamport, id); elsewhere a ref
 * is {@code place in the table * 64 + index}, which is one to three bytes instead of thirty-four.
 *
 * <pre>
 * [1, ids, [lamport, + difference ...], birth, updated wall ms, [written ...],
 *  {field: [ref, value ...]}, [ref, hash, bytes ...], {set: [[element, ref, position ...] ...]},
 *  [[todo, ref, checked ...] ...], [tokens, micro dollars, [place of the head, retries ...]],
 *  [[ref, hash, bytes, (edit ref, hash, bytes) ...] ...], [[ref, granted, holder, generation, ttl] ...]]
 * </pre>
 *
 * <p>The reader takes nothing but what the writer gives: every order is checked and every entry of
 * the table must be used, so a corrupted row is found or reads as another item with another hash.
 */
@SuppressWarnings("EnumOrdinal") // the ordinal is the code, as its enum says
final class RowCodec {

    private static final int VERSION = 1;
    private static final int PARTS = 13;

    /** Mark of a stored row: a void write may stand between a counted one and what it replaces. */
    static final int VOID_LINK = 1;

    /** Mark of a stored row: something in its log does not count. */
    static final int VOID = 2;

    private static final Field[] FIELDS = Field.values();
    private static final SetName[] SETS = SetName.values();
    private static final Origin.Kind[] ORIGINS = Origin.Kind.values();
    private static final int MANY = Integer.MAX_VALUE;

    private RowCodec() {}

    // ---- writing ---------------------------------------------------------------------------

    static byte[] write(Item item) {
        RowTable table = RowTable.of(item);
        CborWriter out = new CborWriter();
        out.array(PARTS).integer(VERSION);
        table.write(out);
        birth(out, table, item.birth());
        out.integer(item.updatedWallMs());
        moves(out, table, item.moves());
        fields(out, table, item);
        body(out, table, item.body());
        sets(out, table, item);
        checks(out, table, item);
        counters(out, item);
        notes(out, table, item.notes());
        claims(out, table, item.claims());
        return out.toBytes();
    }

    private static void birth(CborWriter out, RowTable table, @Nullable Birth b) {
        if (b == null) {
            out.nothing();
            return;
        }
        out.array(6).integer(table.code(b.lamport(), b.ref())).integer(b.wallMs());
        out.integer(b.number());
        Origin origin = b.origin();
        if (origin == null) {
            out.nothing();
        } else {
            out.array(3).integer(origin.kind().ordinal()).text(origin.id());
            out.integer(origin.timeMs());
        }
        switch (b.actor()) {
            case Actor.User a -> out.array(2).integer(0).text(a.name());
            case Actor.Agent a -> {
                out.array(4).integer(1).text(a.name());
                Ref grant = a.grant();
                if (grant == null) {
                    out.nothing().integer(0);
                } else {
                    out.bytes(grant.change()).integer(grant.index());
                }
            }
            case Actor.SystemActor a -> out.array(2).integer(2).text(a.name());
        }
        out.bytes(b.device());
    }

    private static void moves(CborWriter out, RowTable table, List<Written> moves) {
        out.array(moves.size());
        for (Written w : moves) {
            out.array(2).integer(table.code(w.key().lamport(), w.ref()));
            w.write(out);
        }
    }

    private static void fields(CborWriter out, RowTable table, Item item) {
        int count = 0;
        for (Field f : FIELDS) {
            count += item.register(f).isEmpty() ? 0 : 1;
        }
        out.map(count);
        for (Field f : FIELDS) {
            List<Head<Value>> heads = item.register(f).heads();
            if (!heads.isEmpty()) {
                out.integer(f.ordinal()).array(heads.size() * 2);
                for (Head<Value> h : heads) {
                    value(out.integer(table.code(h.lamport(), h.ref())), h.value());
                }
            }
        }
    }

    private static void value(CborWriter out, Value value) {
        switch (value) {
            case Value.None v -> out.nothing();
            case Value.Text v -> out.text(v.text());
            case Value.Int v -> out.integer(v.number());
            case Value.Flag v -> out.flag(v.flag());
            case Value.Item v -> out.bytes(v.key().bytes());
            case Value.Dropped v ->
                    throw new IllegalStateException("a body stands in its own part: " + v);
        }
    }

    private static void body(CborWriter out, RowTable table, Register<Body> body) {
        out.array(body.heads().size() * 3);
        for (Head<Body> h : body.heads()) {
            text(out.integer(table.code(h.lamport(), h.ref())), h.value());
        }
    }

    private static void text(CborWriter out, Body text) {
        out.bytes(text.sha256()).integer(text.bytes());
    }

    private static void sets(CborWriter out, RowTable table, Item item) {
        int count = 0;
        for (SetName s : SETS) {
            count += item.set(s).isEmpty() ? 0 : 1;
        }
        out.map(count);
        for (SetName s : SETS) {
            List<AddWinsSet.Entry<Value>> entries = item.set(s).entries();
            if (!entries.isEmpty()) {
                out.integer(s.ordinal()).array(entries.size());
                for (AddWinsSet.Entry<Value> e : entries) {
                    value(out.array(1 + e.tags().size() * 2), e.element());
                    for (AddWinsSet.Tag t : e.tags()) {
                        out.integer(table.code(t.lamport(), t.ref())).integer(t.position());
                    }
                }
            }
        }
    }

    private static void checks(CborWriter out, RowTable table, Item item) {
        out.array(item.checks().size());
        for (Map.Entry<String, Register<Boolean>> e : item.checks().entrySet()) {
            List<Head<Boolean>> heads = e.getValue().heads();
            out.array(1 + heads.size() * 2).text(e.getKey());
            for (Head<Boolean> h : heads) {
                out.integer(table.code(h.lamport(), h.ref())).flag(h.value());
            }
        }
    }

    /** Retries belong to heads of the stage, so their place among those names them. */
    private static void counters(CborWriter out, Item item) {
        out.array(3).integer(item.tokens()).integer(item.microDollars());
        out.array(item.allRetries().size() * 2);
        if (item.allRetries().isEmpty()) {
            return;
        }
        Map<Ref, Counter> counts = new HashMap<>();
        item.allRetries().forEach(r -> counts.put(r.of(), r.count()));
        for (int i = 0; i < item.moves().size(); i++) {
            Counter count = counts.get(item.moves().get(i).ref());
            if (count != null) {
                out.integer(i).integer(count.total());
            }
        }
    }

    private static void notes(CborWriter out, RowTable table, NoteList notes) {
        out.array(notes.notes().size());
        for (NoteList.Note n : notes.notes()) {
            out.array(3 + n.edits().heads().size() * 3);
            text(out.integer(table.code(n.lamport(), n.ref())), n.text());
            for (Head<Body> h : n.edits().heads()) {
                text(out.integer(table.code(h.lamport(), h.ref())), h.value());
            }
        }
    }

    private static void claims(CborWriter out, RowTable table, List<Claim> claims) {
        out.array(claims.size());
        for (Claim c : claims) {
            out.array(5).integer(table.code(c.lamport(), c.ref())).flag(c.granted());
            out.bytes(c.holder()).integer(c.generation()).integer(c.ttlMs());
        }
    }

    // ---- reading ---------------------------------------------------------------------------

    static Item readStored(ItemKey key, byte[] stored, Interner interner) {
        if (stored.length == 0 || stored[0] < 0 || stored[0] > (VOID_LINK | VOID)) {
            throw new Malformed("row: no mark of its log before it");
        }
        return read(key, stored, 1, stored[0], interner);
    }

    static Item read(ItemKey key, byte[] bytes, int from, int marks, Interner interner) {
        CborReader in = new CborReader(bytes, from, bytes.length);
        in.array("row", PARTS, PARTS);
        in.integer("row version", VERSION, VERSION);
        RowTable table = RowTable.read(in);
        Draft d = new Draft(key);
        // Rows of older versions mark the links alone.
        d.hasVoid = marks != 0;
        d.hasVoidLink = (marks & VOID_LINK) != 0;
        d.birth = readBirth(in, table, interner);
        d.updatedWallMs = in.integer("updated", 0, Long.MAX_VALUE);
        try {
            d.moves = readMoves(in, table);
            readFields(in, table, d, interner);
            d.body = readTexts(in, table, in.array("body", 0, MANY), "body");
            readSets(in, table, d, interner);
            readChecks(in, table, d);
            readCounters(in, d);
            d.notes = readNotes(in, table);
            d.claims = readClaims(in, table);
        } catch (IllegalArgumentException e) {
            throw new Malformed("row: " + e.getMessage());
        }
        in.expectEnd("row");
        table.expectAllUsed();
        return new Item(d);
    }

    private static @Nullable Birth readBirth(CborReader in, RowTable table, Interner interner) {
        if (in.nothing()) {
            return null;
        }
        in.array("birth", 6, 6);
        int code = table.read(in, "creation");
        long wallMs = in.integer("creation wall", 0, Long.MAX_VALUE);
        long number = in.integer("number", 1, Limits.NUMBER);
        Origin origin = null;
        if (!in.nothing()) {
            in.array("origin", 3, 3);
            origin =
                    new Origin(
                            ORIGINS[(int) in.integer("origin kind", 0, ORIGINS.length - 1)],
                            interner.one(in.text("origin id", Limits.NAME_CHARS * 4)),
                            in.integer("origin time", 0, Long.MAX_VALUE));
        }
        int parts = in.array("actor", 2, 4);
        int kind = (int) in.integer("actor kind", 0, 2);
        if (parts != (kind == 1 ? 4 : 2)) {
            throw new Malformed("actor: " + parts + " parts");
        }
        String name = in.text("actor name", Limits.NAME_CHARS * 4);
        Actor actor =
                switch (kind) {
                    case 0 -> new Actor.User(name);
                    case 1 -> new Actor.Agent(name, readGrant(in));
                    default -> new Actor.SystemActor(name);
                };
        return new Birth(
                table.ref(code),
                table.lamport(code),
                wallMs,
                number,
                origin,
                interner.one(actor),
                interner.one(in.device("creator")));
    }

    private static @Nullable Ref readGrant(CborReader in) {
        if (in.nothing()) {
            in.integer("grant index", 0, 0);
            return null;
        }
        return new Ref(in.id("grant"), (int) in.integer("grant index", 0, Limits.OPS - 1));
    }

    private static List<Written> readMoves(CborReader in, RowTable table) {
        int count = in.array("moves", 0, MANY);
        List<Written> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            in.array("move", 2, 2);
            int code = table.read(in, "move");
            Written w = Written.read(in, table.lamport(code), table.ref(code));
            if (i > 0 && out.get(i - 1).key().compareTo(w.key()) <= 0) {
                throw new Malformed("moves: not sorted");
            }
            out.add(w);
        }
        return List.copyOf(out);
    }

    private static void readFields(CborReader in, RowTable table, Draft d, Interner interner) {
        int count = in.map("fields", 0, FIELDS.length);
        int last = -1;
        for (int i = 0; i < count; i++) {
            int code = (int) in.integer("field", last + 1L, FIELDS.length - 1);
            last = code;
            Field field = FIELDS[code];
            if (field == Field.BODY) {
                throw new Malformed("field: the body stands apart");
            }
            boolean unique = field == Field.NAME || field == Field.ORDER;
            d.fields[code] =
                    readRegister(
                            in,
                            table,
                            pairs(in, field.word()),
                            r -> unique ? readValue(r, field) : interner.one(readValue(r, field)));
        }
    }

    /** The length of a non-empty array of pairs, in pairs. */
    private static int pairs(CborReader in, String what) {
        int length = in.array(what, 2, MANY);
        if (length % 2 != 0) {
            throw new Malformed(what + ": not pairs");
        }
        return length / 2;
    }

    private static <V> Register<V> readRegister(
            CborReader in, RowTable table, int count, Function<CborReader, V> value) {
        List<Head<V>> heads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int code = table.read(in, "write");
            heads.add(new Head<>(table.ref(code), table.lamport(code), value.apply(in)));
        }
        return Register.of(heads);
    }

    private static Value readValue(CborReader in, Field field) {
        if (in.nothing()) {
            return Value.NONE;
        }
        return switch (field.kind()) {
            case TEXT -> new Value.Text(in.text(field.word(), Limits.BODY_BYTES));
            case NUMBER -> new Value.Int(in.integer(field.word(), 0, Limits.NUMBER));
            case FLAG -> new Value.Flag(in.flag(field.word()));
            case ITEM -> new Value.Item(in.itemKey(field.word()));
        };
    }

    private static Register<Body> readTexts(CborReader in, RowTable table, int parts, String what) {
        if (parts % 3 != 0) {
            throw new Malformed(what + ": not triples");
        }
        return readRegister(in, table, parts / 3, RowCodec::readText);
    }

    private static Body readText(CborReader in) {
        return new Body(in.id("text"), (int) in.integer("text bytes", 0, Limits.CHANGE_BYTES));
    }

    private static void readSets(CborReader in, RowTable table, Draft d, Interner interner) {
        int count = in.map("sets", 0, SETS.length);
        int last = -1;
        for (int i = 0; i < count; i++) {
            last = (int) in.integer("set", last + 1L, SETS.length - 1);
            int size = in.array("elements", 1, MANY);
            List<AddWinsSet.Entry<Value>> entries = new ArrayList<>();
            Set<Value> distinct = new HashSet<>();
            for (int k = 0; k < size; k++) {
                AddWinsSet.Entry<Value> e = readEntry(in, table, SETS[last], interner);
                if (!distinct.add(e.element())) {
                    throw new Malformed("set: one element twice");
                }
                entries.add(e);
            }
            d.sets[last] = AddWinsSet.of(entries);
        }
    }

    private static AddWinsSet.Entry<Value> readEntry(
            CborReader in, RowTable table, SetName set, Interner interner) {
        int parts = in.array("element", 3, MANY);
        if (parts % 2 != 1) {
            throw new Malformed("element: tags are not pairs");
        }
        Value element =
                switch (set) {
                    case DEPENDS_ON -> new Value.Item(in.itemKey("dependency"));
                    case LABELS ->
                            interner.one(
                                    new Value.Text(in.text(set.word(), Limits.NAME_CHARS * 4)));
                    case TODOS -> new Value.Text(in.text(set.word(), Limits.NAME_CHARS * 4));
                };
        List<AddWinsSet.Tag> tags = new ArrayList<>();
        for (int i = 1; i < parts; i += 2) {
            int code = table.read(in, "tag");
            tags.add(
                    new AddWinsSet.Tag(
                            table.ref(code),
                            table.lamport(code),
                            (int) in.integer("position", 0, Limits.ELEMENTS - 1)));
        }
        return new AddWinsSet.Entry<>(element, tags);
    }

    private static void readChecks(CborReader in, RowTable table, Draft d) {
        int count = in.array("checks", 0, MANY);
        TreeMap<String, Register<Boolean>> out = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            int parts = in.array("check", 3, MANY);
            if (parts % 2 != 1) {
                throw new Malformed("check: not pairs");
            }
            String todo = in.text("todo", Limits.NAME_CHARS * 4);
            if (!out.isEmpty() && out.lastKey().compareTo(todo) >= 0) {
                throw new Malformed("checks: not sorted");
            }
            out.put(todo, readRegister(in, table, parts / 2, r -> r.flag("checked")));
        }
        if (!out.isEmpty()) {
            d.checks = out;
        }
    }

    private static void readCounters(CborReader in, Draft d) {
        in.array("counters", 3, 3);
        d.tokens = new Counter(in.integer("tokens", 0, Long.MAX_VALUE));
        d.microDollars = new Counter(in.integer("micro dollars", 0, Long.MAX_VALUE));
        int parts = in.array("retries", 0, MANY);
        if (parts % 2 != 0) {
            throw new Malformed("retries: not pairs");
        }
        List<Retries> out = new ArrayList<>();
        long last = -1;
        for (int i = 0; i < parts; i += 2) {
            last = in.integer("retries of", last + 1, d.moves.size() - 1);
            Counter count = new Counter(in.integer("retries", 0, Long.MAX_VALUE));
            out.add(new Retries(d.moves.get((int) last).ref(), count));
        }
        d.retries = List.copyOf(out);
    }

    private static NoteList readNotes(CborReader in, RowTable table) {
        int count = in.array("notes", 0, MANY);
        List<NoteList.Note> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int parts = in.array("note", 3, MANY);
            int code = table.read(in, "note");
            Body text = readText(in);
            out.add(
                    new NoteList.Note(
                            table.ref(code),
                            table.lamport(code),
                            text,
                            readTexts(in, table, parts - 3, "edits")));
        }
        return NoteList.of(out);
    }

    private static List<Claim> readClaims(CborReader in, RowTable table) {
        int count = in.array("claims", 0, MANY);
        List<Claim> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            in.array("claim", 5, 5);
            int code = table.read(in, "claim");
            Claim c =
                    new Claim(
                            table.ref(code),
                            table.lamport(code),
                            in.flag("granted"),
                            in.device("holder"),
                            in.integer("generation", 1, Limits.NUMBER),
                            in.integer("ttl", 0, Limits.NUMBER));
            if (i > 0 && out.get(i - 1).compareTo(c) <= 0) {
                throw new Malformed("claims: not sorted");
            }
            out.add(c);
        }
        return List.copyOf(out);
    }
}
