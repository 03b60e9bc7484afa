package dev.musher.protocol.sync;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Octets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the items on which two nodes differ (P2): walks both tries from the root along the children
 * whose hashes differ. Led by the side that dialled, so that both do not do the same work. Bounded
 * by rounds, by nodes asked for, and by items named; a peer that answers with endless differences
 * gains a list that is marked incomplete.
 */
final class Audit {
    private static final int ROUNDS = 64;
    private static final int NODES = 16 * 1024;

    private final SyncView view;
    private final Deque<Octets> open = new ArrayDeque<>();
    private final SortedSet<ItemKey> items = new TreeSet<>();
    private List<Octets> asked = List.of();
    private long askedMs = Long.MAX_VALUE;
    private int rounds;
    private int nodes;
    private boolean complete = true;

    Audit(SyncView view) {
        this.view = view;
        open.add(Octets.of(new byte[0]));
    }

    /** The next question, or null when the walk is over. */
    Frame.@Nullable TrieAsk ask(long nowMs) {
        if (!asked.isEmpty() || open.isEmpty()) {
            return null;
        }
        List<Octets> paths = new ArrayList<>();
        while (!open.isEmpty() && paths.size() < Frames.TRIE_PATHS) {
            paths.add(open.removeFirst());
        }
        asked = paths;
        askedMs = nowMs;
        return new Frame.TrieAsk(paths);
    }

    /** Whether a question is without its answer. */
    boolean isWaiting() {
        return !asked.isEmpty();
    }

    /** Since when a question waits for its answer; {@code Long.MAX_VALUE} for none. */
    long waitingSinceMs() {
        return isWaiting() ? askedMs : Long.MAX_VALUE;
    }

    /** Whether the walk is over. */
    boolean isDone() {
        return asked.isEmpty() && open.isEmpty();
    }

    /** Takes the answer; {@link Malformed} when it does not fit the question. */
    void tell(Frame.TrieTell tell) {
        if (tell.nodes().size() != asked.size()) {
            throw new Malformed(
                    tell.nodes().size() + " nodes told, " + asked.size() + " asked for");
        }
        List<Octets> paths = asked;
        asked = List.of();
        for (int i = 0; i < paths.size(); i++) {
            compare(paths.get(i), tell.nodes().get(i));
        }
        if (++rounds >= ROUNDS && !open.isEmpty()) {
            stop();
        }
    }

    /** What was found. */
    Frame.Differences found() {
        return new Frame.Differences(new ArrayList<>(items), complete);
    }

    private void compare(Octets path, @Nullable TrieNode theirs) {
        TrieNode ours = view.trie(path.bytes());
        if (theirs == null || theirs.item() != null) {
            if (theirs != null && theirs.item() != null) {
                name(theirs.item());
            }
            nameAll(path, ours);
            return;
        }
        if (path.length() == Frames.TRIE_DEPTH) {
            throw new Malformed("a branch where only an item can be");
        }
        if (ours != null && ours.item() != null) {
            name(ours.item());
        }
        for (int nibble = 0; nibble < 16; nibble++) {
            ChangeId mine = ours == null ? null : ours.children().get(nibble);
            ChangeId other = theirs.children().get(nibble);
            if (other == null && mine != null) {
                nameAll(path.plus(nibble), view.trie(path.plus(nibble).bytes()));
            } else if (other != null && !other.equals(mine)) {
                later(path.plus(nibble));
            }
        }
    }

    private void later(Octets path) {
        if (nodes++ < NODES && items.size() < Frames.DIFFERENT_ITEMS) {
            open.add(path);
        } else {
            complete = false;
        }
    }

    /** Names all items of this node below a path that the other side does not have. */
    private void nameAll(Octets path, @Nullable TrieNode node) {
        if (node == null) {
            return;
        }
        if (node.item() != null) {
            name(node.item());
            return;
        }
        for (int nibble : node.children().keySet()) {
            if (!complete) {
                return;
            }
            Octets below = path.plus(nibble);
            nameAll(below, view.trie(below.bytes()));
        }
    }

    private void name(ItemKey item) {
        if (items.size() < Frames.DIFFERENT_ITEMS) {
            items.add(item);
        } else if (!items.contains(item)) {
            stop();
        }
    }

    private void stop() {
        complete = false;
        open.clear();
    }
}
