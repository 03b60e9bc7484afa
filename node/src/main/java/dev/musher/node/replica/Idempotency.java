package dev.musher.node.replica;

import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.Sha256;
import dev.musher.node.store.Batch;
import dev.musher.node.store.Reader;
import dev.musher.node.store.Table;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What became of submissions that carried an idempotency key: a caller that lost the answer asks
 * again with the key and is given the same one, also after a restart, since the outcomes are
 * written in the batch of the changes. Only submissions that wrote something are kept; a refusal is
 * found anew. The last {@value #KEPT} are kept.
 *
 * <p>Core thread only.
 */
final class Idempotency {

    /** Keys remembered. */
    static final int KEPT = 10_000;

    /** Characters of a key, at most. */
    static final int KEY_CHARS = 200;

    private final Reader store;

    /** Rows of the batch being gathered and of the one in flight, by idempotency key. */
    private Map<String, byte[]> building = new TreeMap<>();

    private Map<String, byte[]> flying = new TreeMap<>();

    private long next;

    Idempotency(Reader store) {
        this.store = store;
        Reader.Row last = store.lastBefore(Table.INDEX, IndexKeys.afterIdempotencyOrder());
        this.next =
                last != null && IndexKeys.isIdempotencyOrder(last.key())
                        ? IndexKeys.number(last.key()) + 1
                        : 0;
    }

    /** The result of looking a key up. */
    sealed interface Found {
        /** The outcomes of the first submission. */
        record Before(List<Outcome> outcomes) implements Found {}

        /** The key was used for other commands. */
        record Reused() implements Found {}
    }

    /** What is known of a key; null if nothing is. */
    @Nullable Found find(String key, List<Command> commands) {
        byte[] row = building.get(key);
        row = row == null ? flying.get(key) : row;
        if (row == null) {
            row = store.get(Table.INDEX, IndexKeys.idempotency(key));
        }
        if (row == null) {
            return null;
        }
        CborReader in = new CborReader(row);
        in.array("idempotency", 2, 2);
        byte[] print = in.bytes("fingerprint", 32, 32);
        if (!Arrays.equals(print, fingerprint(commands))) {
            return new Found.Reused();
        }
        return new Found.Before(OutcomeCodec.read(in));
    }

    /** Remembers the outcomes, in the batch of the changes they tell of. */
    void keep(String key, List<Command> commands, List<Outcome> outcomes, Batch batch) {
        CborWriter out = new CborWriter();
        out.array(2).bytes(fingerprint(commands));
        OutcomeCodec.write(out, outcomes);
        byte[] row = out.toBytes();
        byte[] index = IndexKeys.idempotency(key);
        batch.put(Table.INDEX, index, row);
        batch.put(Table.INDEX, IndexKeys.idempotencyOrder(next), index);
        building.put(key, row);
        if (next >= KEPT) {
            byte[] order = IndexKeys.idempotencyOrder(next - KEPT);
            byte[] oldest = store.get(Table.INDEX, order);
            if (oldest != null) {
                batch.delete(Table.INDEX, oldest);
                batch.delete(Table.INDEX, order);
            }
        }
        next++;
    }

    /** The batch being gathered leaves; the one before it is on disk. */
    void closed() {
        flying = building;
        building = new TreeMap<>();
    }

    private static byte[] fingerprint(List<Command> commands) {
        return Sha256.of(commands.toString().getBytes(StandardCharsets.UTF_8));
    }
}
