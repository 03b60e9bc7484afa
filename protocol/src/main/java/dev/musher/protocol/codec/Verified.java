package dev.musher.protocol.codec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run proved.
 *
 * @param accepted the changes whose authors are proved, in the order of the run, each with its
 *     signature where that is to be kept and with null where it may be forgotten
 * @param refusal what was wrong with the rest, for the log and for ending the connection; null when
 *     all was accepted. An honest peer sends only what it verified itself, so there is no innocent
 *     cause.
 */
public record Verified(List<Signed> accepted, @Nullable String refusal) {
    /** Copies the list. */
    public Verified {
        accepted = List.copyOf(accepted);
    }
}
