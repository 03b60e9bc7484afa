package dev.musher.node.verify;

import dev.musher.crdt.change.ChangeId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes of a file: nothing is derived from them there. */
final class FileEvidence implements Evidence {

    private static final int PAGE = 2_000;

    private final Iterator<Found> changes;

    FileEvidence(Iterator<Found> changes) {
        this.changes = changes;
    }

    @Override
    public @Nullable ChangeId project() {
        return null;
    }

    @Override
    public List<Found> next() {
        List<Found> out = new ArrayList<>(PAGE);
        while (out.size() < PAGE && changes.hasNext()) {
            out.add(changes.next());
        }
        return out;
    }

    @Override
    public boolean derives() {
        return false;
    }

    @Override
    public void compare(Folded folded, Findings findings) {
        throw new IllegalStateException("a file has no derived rows");
    }
}
