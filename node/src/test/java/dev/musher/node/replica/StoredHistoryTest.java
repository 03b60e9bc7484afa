package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.musher.crdt.Rules;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.node.store.ModelStore;
import dev.musher.protocol.crypto.KeyedHashSigner;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredHistoryTest {

    private final ModelStore store = new ModelStore(new byte[8], ModelStore.Sync.ON_COMMIT);
    private final Batches batches = new Batches();
    private final Ledger ledger = Ledger.load(store, Rules.PRODUCT, batches);
    private final LocalChain chain =
            new LocalChain(new KeyedHashSigner(new byte[32], new byte[32]), 5, 0);
    private final LocalWriter writer = new LocalWriter(ledger, chain, new Counters(), 0);

    @Test
    void anOpIsToldOnceWhereverItsBatchIs() {
        writer.writeOps(
                World.USER,
                List.of(new Op.Genesis("demo", chain.device(), World.recovery(), 1)),
                1);
        Outcome.Done made =
                (Outcome.Done) writer.write(World.USER, List.of(World.create("x")), 1).getFirst();
        assertEquals(1, ops(made.key()), "gathered");
        ledger.close();
        Effect.Commit commit = batches.close();
        assertEquals(1, ops(made.key()), "on its way");
        store.commit(commit.rows());
        assertEquals(1, ops(made.key()), "on disk, and nobody has said so");
        writer.write(World.USER, List.of(new Command.Note("1", "more")), 1);
        assertEquals(2, ops(made.key()));
        batches.committed(commit.batch());
        ledger.history().committed(List.of());
        assertEquals(2, ops(made.key()), "known to be on disk");
    }

    private int ops(ItemKey item) {
        List<Integer> seen = new ArrayList<>();
        ledger.history().itemLog(item, (place, index, written) -> seen.add(index));
        return seen.size();
    }
}
