package dev.musher.node.replica;

import dev.musher.crdt.Admission;
import dev.musher.crdt.Rules;
import dev.musher.crdt.change.ChangeId;
import dev.musher.node.store.Batch;
import dev.musher.node.store.Reader;
import dev.musher.node.store.Store;
import dev.musher.node.store.Table;
import dev.musher.protocol.codec.Signed;

/**
 * Makes a store anew from the changes of another, in their order of arrival: every derived row is
 * written as if the changes came today, so the state is the fold of the history and of nothing
 * else. What is no fold of changes (invites, addresses, the project's id) is copied; the device's
 * epoch too, but as the new store has another id, the device goes on in a fresh one.
 */
public final class Rebuild {

    private static final int BATCH_CHANGES = 4_000;

    private final Store to;
    private final Batches batches = new Batches();
    private final Ledger ledger;
    private long changes;

    private Rebuild(Store to, Rules rules) {
        this.to = to;
        this.ledger = Ledger.load(to, rules, batches);
    }

    /**
     * What came out.
     *
     * @param digest of the state; {@link ChangeId#ZERO} where there is no project
     */
    public record Result(long changes, ChangeId digest) {}

    /**
     * Rebuilds. Blocks; costs about what taking the changes from a peer costs.
     *
     * @param to an empty store
     * @throws IllegalStateException where a change of {@code from} is not admitted again: then the
     *     changes themselves are damaged, and a backup or a peer must be asked
     */
    public static Result run(Reader from, Store to, Rules rules) {
        Rebuild rebuild = new Rebuild(to, rules);
        rebuild.copy(from, Table.META);
        rebuild.copy(from, Table.INDEX);
        DurableHistory history = new DurableHistory(from, new IdIndex());
        from.scan(
                Table.ARRIVALS,
                new byte[0],
                null,
                (key, row) -> {
                    rebuild.add(history.signed(Rows.place(row)));
                    return true;
                });
        rebuild.flush();
        ChangeId id = rebuild.ledger.project().id();
        return new Result(
                rebuild.changes,
                id == null ? ChangeId.ZERO : rebuild.ledger.project().digest().value());
    }

    private void add(Signed signed) {
        if (!(ledger.project().check(signed.change()) instanceof Admission.Admitted admitted)) {
            throw new IllegalStateException(
                    signed.change() + " is not admitted again: restore a backup, or join anew");
        }
        ledger.append(admitted, signed, signed.change().header().wallMs());
        if (++changes % BATCH_CHANGES == 0) {
            flush();
        }
    }

    private void flush() {
        if (batches.canClose()) {
            Ledger.Closing closing = ledger.close();
            Effect.Commit commit = batches.close();
            to.commit(commit.rows());
            batches.committed(commit.batch());
            ledger.history().committed(closing.places());
        }
    }

    private void copy(Reader from, Table table) {
        Batch rows = batches.rows();
        from.scan(
                table,
                new byte[0],
                null,
                (key, value) -> {
                    rows.put(table, key, value);
                    return true;
                });
    }
}
