package dev.musher.protocol.codec;

import dev.musher.crdt.change.ChangeId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which changes of a long run, read piece by piece, can be given to a {@link RunVerifier} now:
 * those with a signature, and those before it in its chain. The rest waits for the piece in which
 * its signature is. Stateless.
 */
public final class Covered {

    /**
     * Changes that may wait for their signature: 63 of each of 1,000 devices. Who reads a file and
     * has more takes them as never signed; else one without any signature would be read for ever.
     */
    public static final int WAITING_MAX = 64_000;

    private Covered() {}

    /** For each change, in the order of its chain, whether a signature in the run covers it. */
    public static boolean[] of(List<Signed> run) {
        boolean[] out = new boolean[run.size()];
        Set<ChangeId> before = new HashSet<>();
        for (int i = out.length - 1; i >= 0; i--) {
            Signed each = run.get(i);
            boolean named = before.remove(each.change().id());
            out[i] = named || each.signature() != null;
            ChangeId prev = each.change().header().prev();
            if (out[i] && prev != null) {
                before.add(prev);
            }
        }
        return out;
    }
}
