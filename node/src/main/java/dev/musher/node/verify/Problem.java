package dev.musher.node.verify;

import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Change;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong, and where.
 *
 * @param at the line, row or file; empty where the whole is meant
 * @param chain of the change, as {@link #chain}; empty where it is not known
 * @param seq of the change in its chain; 0 where it is not known
 * @param id of the change in hexadecimal digits; empty where it is not known
 * @param text what is wrong, for people
 */
public record Problem(Flaw flaw, String at, String chain, long seq, String id, String text) {

    /** About a change. */
    static Problem of(Flaw flaw, String at, Change change, String text) {
        return new Problem(
                flaw,
                at,
                chain(new Chain(change.device(), change.header().epoch())),
                change.header().seq(),
                change.id().hex(),
                text);
    }

    /** About what is no change, or not one that can be read. */
    static Problem at(Flaw flaw, String at, @Nullable Chain chain, long seq, String text) {
        return new Problem(flaw, at, chain == null ? "" : chain(chain), seq, "", text);
    }

    /** About the whole. */
    public static Problem ofWhole(String text) {
        return new Problem(Flaw.OTHER, "", "", 0, "", text);
    }

    /** A chain for people and programs: the device's key and the epoch, both hexadecimal. */
    public static String chain(Chain chain) {
        return chain.device().hex() + "/" + HexFormat.of().toHexDigits(chain.epoch());
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(at);
        if (!chain.isEmpty()) {
            out.append(out.isEmpty() ? "" : ", ").append("chain ").append(chain);
        }
        if (seq > 0) {
            out.append(out.isEmpty() ? "" : ", ").append("seq ").append(seq);
        }
        if (!id.isEmpty()) {
            out.append(", change ").append(id);
        }
        return out.append(out.isEmpty() ? "" : ": ").append(text).toString();
    }
}
