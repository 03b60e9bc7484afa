package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.type.AddWinsSet;
import dev.musher.crdt.type.Body;
import dev.musher.crdt.type.Counter;
import dev.musher.crdt.type.NoteList;
import dev.musher.crdt.type.Register;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One item as the set of changes makes it: a fold of its log. It is there while any op on it
 * counts, claims apart, even if its creation is void. Two nodes with one live set have equal {@link
 * #row}s.
 *
 * <p>There are two ways to it. {@link #apply} takes one op more and costs by what the op touches;
 * it is exact while {@link #canApply} says so. {@link #fold} reads the whole log, also through void
 * writes, and is always exact. Long texts (body, notes) are held as hash and size only.
 *
 * <p>Immutable; may be shared between threads.
 */
@SuppressWarnings("EnumOrdinal") // fields and sets stand in arrays by their code
public final class Item {

    static final SortedMap<String, Register<Boolean>> NO_CHECKS =
            Collections.unmodifiableSortedMap(new TreeMap<>());

    private static final Value TRUE = new Value.Flag(true);

    private final ItemKey key;
    private final @Nullable Birth birth;
    private final boolean hasVoid;
    private final boolean hasVoidLink;
    private final long updatedWallMs;
    private final List<Written> moves;
    private final @Nullable Register<Value>[] fields;
    private final Register<Body> body;
    private final @Nullable AddWinsSet<Value>[] sets;
    private final SortedMap<String, Register<Boolean>> checks;
    private final Counter tokens;
    private final Counter microDollars;
    private final List<Retries> retries;
    private final NoteList notes;
    private final List<Claim> claims;

    /** {@link #version} as a number, 0 until first asked for; a race computes it twice. */
    private volatile long version;

    Item(Draft d) {
        key = d.key;
        birth = d.birth;
        hasVoid = d.hasVoid;
        hasVoidLink = d.hasVoidLink;
        updatedWallMs = d.updatedWallMs;
        moves = d.moves;
        fields = d.fields;
        body = d.body;
        sets = d.sets;
        checks = d.checks;
        tokens = d.tokens;
        microDollars = d.microDollars;
        retries = d.retries;
        notes = d.notes;
        claims = d.claims;
    }

    Draft draft() {
        Draft d = new Draft(key);
        d.birth = birth;
        d.there = true;
        d.hasVoid = hasVoid;
        d.hasVoidLink = hasVoidLink;
        d.updatedWallMs = updatedWallMs;
        d.moves = moves;
        System.arraycopy(fields, 0, d.fields, 0, fields.length);
        d.body = body;
        System.arraycopy(sets, 0, d.sets, 0, sets.length);
        d.checks = checks;
        d.tokens = tokens;
        d.microDollars = microDollars;
        d.retries = retries;
        d.notes = notes;
        d.claims = claims;
        return d;
    }

    /**
     * The item of a whole log, or null if nothing in it keeps the item there.
     *
     * @param log every op on the item in any order, void ones too, each once
     */
    public static @Nullable Item fold(ItemKey key, Collection<Logged> log) {
        return ItemFold.fold(key, log);
    }

    /**
     * Whether {@link #apply} of {@code op} gives what {@link #fold} would: unless the log holds
     * void writes and {@code op} names something other than present heads, which may be one of
     * them.
     */
    public boolean canApply(Logged op) {
        return !hasVoidLink || !op.counts() || ItemFold.namesHeadsOnly(this, op.op());
    }

    /**
     * The item with one op more, which no op of its log names and which came after all that it
     * names. Exact if {@link #canApply}. Of a void op only what the fold needs to know later is
     * kept.
     */
    public Item apply(Logged op) {
        return ItemFold.apply(this, op);
    }

    /** Its key for ever. */
    public ItemKey key() {
        return key;
    }

    /** Its creation, counted or void; null only if no creation came. */
    public @Nullable Birth birth() {
        return birth;
    }

    /** The number that people say; 0 if no creation came. */
    public long number() {
        return birth == null ? 0 : birth.number();
    }

    /**
     * Whether something in its log does not count. Local knowledge, not in the row: see {@link
     * #stored}.
     */
    public boolean hasVoid() {
        return hasVoid;
    }

    /** The latest clock among its counted ops, ms since 1970; for people only. */
    public long updatedWallMs() {
        return updatedWallMs;
    }

    /** The heads of the stage, the winner first. */
    public List<Written> moves() {
        return moves;
    }

    /** What a move names that goes on from all heads, the winner first. */
    public List<Ref> moveRefs() {
        return moves.stream().map(Written::ref).toList();
    }

    /** The stage that won, or null if neither its creation nor a move counts. */
    public @Nullable Stage stage() {
        return moves.isEmpty() ? null : moves.getFirst().stage();
    }

    /** Its column. */
    public Column column() {
        return Column.of(stage());
    }

    /** Its badge. */
    public Badge badge() {
        return Badge.of(stage());
    }

    /** The writes of a register other than {@link Field#BODY}, newest first. */
    public Register<Value> register(Field field) {
        Register<Value> r = fields[field.ordinal()];
        return r == null ? Register.empty() : r;
    }

    /** The writes of the body. */
    public Register<Body> body() {
        return body;
    }

    /** What a write of {@code field} names that replaces everything in it. */
    public List<Ref> fieldRefs(Field field) {
        return field == Field.BODY ? body.refs() : register(field).refs();
    }

    /** The value shown of a field other than {@link Field#BODY}; null if unset or cleared. */
    public @Nullable Value value(Field field) {
        Value v = field == Field.DELETED && deleted() ? TRUE : register(field).shown();
        return v instanceof Value.None ? null : v;
    }

    /** The text shown of a field of that kind; null if unset or cleared. */
    public @Nullable String text(Field field) {
        return value(field) instanceof Value.Text t ? t.text() : null;
    }

    /** The title; empty if it has none. */
    public String name() {
        String name = text(Field.NAME);
        return name == null ? "" : name;
    }

    /** The priority, 2 if unset. */
    public long priority() {
        return value(Field.PRIORITY) instanceof Value.Int i ? i.number() : 2;
    }

    /** The epic it belongs to, or null. */
    public @Nullable ItemKey epic() {
        return value(Field.EPIC) instanceof Value.Item i ? i.key() : null;
    }

    /** Whether it is deleted: then it is in no query. Yes wins over a concurrent no. */
    public boolean deleted() {
        Register<Value> r = fields[Field.DELETED.ordinal()];
        return r != null && r.heads().stream().anyMatch(h -> h.value().equals(TRUE));
    }

    /** A set's elements with their live adds. */
    public AddWinsSet<Value> set(SetName set) {
        AddWinsSet<Value> s = sets[set.ordinal()];
        return s == null ? AddWinsSet.empty() : s;
    }

    /** Its labels in the order in which they were added. */
    public List<String> labels() {
        return texts(SetName.LABELS);
    }

    /** Its todos in the order in which they were added. */
    public List<String> todos() {
        return texts(SetName.TODOS);
    }

    /** The items it depends on, in the order in which they were added. */
    public List<ItemKey> dependsOn() {
        List<ItemKey> out = new ArrayList<>();
        for (Value v : set(SetName.DEPENDS_ON).elements()) {
            if (v instanceof Value.Item i) {
                out.add(i.key());
            }
        }
        return out;
    }

    private List<String> texts(SetName set) {
        List<String> out = new ArrayList<>();
        for (Value v : set(set).elements()) {
            if (v instanceof Value.Text t) {
                out.add(t.text());
            }
        }
        return out;
    }

    /** The register {@code checked} of a todo. */
    public Register<Boolean> check(String todo) {
        return checks.getOrDefault(todo, Register.empty());
    }

    /** Whether a todo shows as checked. */
    public boolean checked(String todo) {
        return Boolean.TRUE.equals(check(todo).shown());
    }

    /** The checks of all todos that ever had one, by text. Unmodifiable. */
    SortedMap<String, Register<Boolean>> checks() {
        return checks;
    }

    /** Tokens spent. */
    public long tokens() {
        return tokens.total();
    }

    /** Cost in millionths of a dollar. */
    public long microDollars() {
        return microDollars.total();
    }

    /** Retries within the stage that is shown: 0 again after each move. */
    public long retries() {
        return moves.isEmpty() ? 0 : retries(moves.getFirst().ref());
    }

    private long retries(Ref of) {
        for (Retries r : retries) {
            if (r.of().equals(of)) {
                return r.count().total();
            }
        }
        return 0;
    }

    List<Retries> allRetries() {
        return retries;
    }

    /** Its notes. */
    public NoteList notes() {
        return notes;
    }

    /** The claim that wins among those not ended, or null. */
    public @Nullable Claim claim() {
        return claims.isEmpty() ? null : claims.getFirst();
    }

    /** All claims not ended, the winner first. */
    public List<Claim> claims() {
        return claims;
    }

    /** Everything about which concurrent writers disagree: stage, fields, todos, notes. */
    public List<Conflict> conflicts() {
        return Conflicts.of(this);
    }

    /** The conflict about one field, if there is one. */
    public Optional<Conflict> conflict(Field field) {
        return Conflicts.of(this, field);
    }

    /** The canonical bytes of all that nodes must agree on. */
    public byte[] row() {
        return RowCodec.write(this);
    }

    /** Reads {@link #row} back; {@link Malformed} for anything else. */
    public static Item read(ItemKey key, byte[] row) {
        return RowCodec.read(key, row, 0, 0, new Interner());
    }

    /** The row with this node's own knowledge before it: what the store holds. */
    public byte[] stored() {
        byte[] row = row();
        byte[] out = new byte[row.length + 1];
        out[0] = (byte) ((hasVoidLink ? RowCodec.VOID_LINK : 0) | (hasVoid ? RowCodec.VOID : 0));
        System.arraycopy(row, 0, out, 1, row.length);
        return out;
    }

    /** Reads {@link #stored} back; {@link Malformed} for anything else. */
    public static Item readStored(ItemKey key, byte[] stored) {
        return readStored(key, stored, new Interner());
    }

    /** {@link #readStored} of one item among many, which share what they repeat. */
    public static Item readStored(ItemKey key, byte[] stored, Interner interner) {
        return RowCodec.readStored(key, stored, interner);
    }

    /** SHA-256 of the row: the leaf of the state's trie. */
    public ChangeId hash() {
        byte[] row = row();
        return hashed(ChangeId.hash(row, 0, row.length));
    }

    /** The same where {@link #stored} of this very item was made already. */
    public ChangeId hash(byte[] stored) {
        return hashed(ChangeId.hash(stored, 1, stored.length));
    }

    private ChangeId hashed(ChangeId hash) {
        version = hash.prefix();
        return hash;
    }

    /** 16 hexadecimal digits that change with the row: what callers pass back as {@code seen}. */
    public String version() {
        long v = version;
        if (v == 0) {
            v = hash().prefix();
        }
        return HexFormat.of().toHexDigits(v);
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Item i && key.equals(i.key) && Arrays.equals(row(), i.row());
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    @Override
    public String toString() {
        Stage stage = stage();
        return key
                + " #"
                + number()
                + " "
                + (stage == null ? "-" : stage.name().word())
                + " "
                + name();
    }
}
