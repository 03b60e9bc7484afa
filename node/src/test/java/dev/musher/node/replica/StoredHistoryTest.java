package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.musher.crdt.Rules;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.pipeline.Written;
import dev.musher.node.store.ModelStore;
import dev.musher.protocol.crypto.KeyedHashSigner;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoredHistoryTest {

    private final ModelStore store = new ModelStore(new byte[8], ModelStore.Sync.ON_COMMIT);
    private final Batches batches = new Batches();
    private final Ledger ledger = Ledger.load(store, Rules.PRODUCT, Setup.FOLD_AT_ONCE, batches);
    private final LocalChain chain =
            new LocalChain(new KeyedHashSigner(new byte[32], new byte[32]), 5);
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
        Written written = ledger.project().item(made.key()).moves().getFirst();
        assertEquals(written, written(made.key(), written));
        assertNull(written(new ItemKey(1, 2), written), "an op of another item");
        ledger.close();
        Effect.Commit commit = batches.close();
        assertEquals(1, ops(made.key()), "on its way");
        assertEquals(written, written(made.key(), written));
        store.commit(commit.rows());
        assertEquals(1, ops(made.key()), "on disk, and nobody has said so");
        writer.write(World.USER, List.of(new Command.Note("1", "more")), 1);
        assertEquals(2, ops(made.key()));
        batches.committed(commit.batch());
        ledger.history().committed(List.of());
        assertEquals(2, ops(made.key()), "known to be on disk");
        assertEquals(written, written(made.key(), written));
        assertNull(written(new ItemKey(1, 2), written));
    }

    private @Nullable Written written(ItemKey item, Written of) {
        Place place = Objects.requireNonNull(ledger.history().find(of.ref().change()));
        return ledger.history().written(item, of.key().lamport(), place, of.ref());
    }

    private int ops(ItemKey item) {
        List<Integer> seen = new ArrayList<>();
        ledger.history().itemLog(item, (place, index, written) -> seen.add(index));
        return seen.size();
    }
}
