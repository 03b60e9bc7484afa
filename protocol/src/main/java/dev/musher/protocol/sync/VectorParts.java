package dev.musher.protocol.sync;

import dev.musher.crdt.change.Malformed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Vectors that wait for the socket, and the parts of one that comes. Both bounded. */
final class VectorParts {
    /** Parts waiting for the socket: two whole vectors of the largest kind. */
    private static final int DUE = 2 * (Frames.HAVES_TOTAL / Frames.HAVES + 1);

    private final Deque<Frame.Vector> due = new ArrayDeque<>();
    private final List<Have> gathered = new ArrayList<>();
    private Frame.@Nullable Step gathering;

    /** Puts a vector in line, in as many parts as its length needs; the last has its flags. */
    void send(Frame.Vector whole) {
        List<Have> rest = whole.haves();
        while (rest.size() > Frames.HAVES) {
            List<Have> first = rest.subList(0, Frames.HAVES);
            due.add(
                    new Frame.Vector(
                            whole.step(), true, whole.wide(), false, false, first, List.of()));
            rest = rest.subList(Frames.HAVES, rest.size());
        }
        due.add(
                new Frame.Vector(
                        whole.step(),
                        false,
                        whole.wide(),
                        whole.pushMe(),
                        whole.pushing(),
                        rest,
                        whole.samples()));
    }

    /** The next part to send, or null. */
    Frame.@Nullable Vector next() {
        return due.pollFirst();
    }

    /**
     * Takes a part; gives all entries when it was the last, else null.
     *
     * @throws Malformed when parts are missing, are too many, or come faster than answers go
     */
    @Nullable List<Have> gather(Frame.Vector part) {
        if (due.size() > DUE) {
            throw new Malformed("vectors come faster than their answers are taken");
        }
        if (gathering != null && gathering != part.step()) {
            throw new Malformed("a part of a vector is missing");
        }
        if (gathered.size() + part.haves().size() > Frames.HAVES_TOTAL) {
            throw new Malformed("a vector of more than " + Frames.HAVES_TOTAL + " entries");
        }
        gathered.addAll(part.haves());
        gathering = part.more() ? part.step() : null;
        if (part.more()) {
            return null;
        }
        List<Have> whole = List.copyOf(gathered);
        gathered.clear();
        return whole;
    }
}
