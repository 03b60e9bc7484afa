package dev.musher.node.verify;

import dev.musher.crdt.change.ChangeId;
import dev.musher.node.replica.DerivedRows;
import dev.musher.node.replica.Replica;
import dev.musher.node.replica.StoredChanges;
import dev.musher.node.store.Reader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of a store. */
final class StoreEvidence implements Evidence {

    private final Reader store;
    private final StoredChanges changes;

    StoreEvidence(Reader store) {
        this.store = store;
        this.changes = new StoredChanges(store);
    }

    @Override
    public @Nullable ChangeId project() {
        return Replica.projectOf(store);
    }

    @Override
    public List<Found> next() {
        return changes.next().stream()
                .map(row ->
                        new Found(
                                row.key(),
                                row.signed(),
                                null,
                                row.chain(),
                                row.place(),
                                row.arrival(),
                                row.wrong()))
                .toList();
    }

    @Override
    public boolean derives() {
        return true;
    }

    @Override
    public void compare(Folded folded, Findings findings) {
        DerivedRows rows =
                new DerivedRows(
                        store,
                        (row, text) -> findings.add(new Problem(Flaw.ROW, row, "", 0, "", text)));
        rows.branches(folded.branches());
        rows.logs(folded.logs());
        rows.items(folded.items(), folded.logs());
    }
}
