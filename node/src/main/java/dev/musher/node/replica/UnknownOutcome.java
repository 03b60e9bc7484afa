package dev.musher.node.replica;

import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Outcome;
import org.jspecify.annotations.Nullable;

/** What callers are told whose batch did not come to disk, or may not have. */
final class UnknownOutcome {

    private UnknownOutcome() {}

    /** The answer in the place of the one that waited; null for effects that answer nobody. */
    static @Nullable Effect of(Effect waiting, String why) {
        return of(
                waiting,
                Code.OUTCOME_UNKNOWN,
                "whether it is written is unknown ("
                        + why
                        + "): ask again with the same idempotency key");
    }

    /** The same for a full disk: nothing is there yet, and the batch is tried again. */
    static @Nullable Effect full(Effect waiting) {
        return of(
                waiting,
                Code.DISK_FULL,
                "the disk is full: this is kept and goes to disk when there is room, unless the"
                        + " node ends before. Make room; who asks again then with the same"
                        + " idempotency key is told the outcome");
    }

    private static @Nullable Effect of(Effect waiting, Code code, String text) {
        return switch (waiting) {
            case Effect.Reply reply ->
                    new Effect.Reply(
                            reply.ticket(),
                            reply.outcomes().stream().map(o -> unless(o, code, text)).toList());
            case Effect.Answer answer -> new Effect.Answer(answer.ticket(), code.word(), text);
            case Effect.Commit other -> null;
            case Effect.Send other -> null;
            case Effect.Close other -> null;
            case Effect.Trusted other -> null;
            case Effect.Dial other -> null;
            case Effect.Publish other -> null;
            case Effect.VoidList other -> null;
            case Effect.Alarm other -> null;
            case Effect.Stop other -> null;
        };
    }

    /** A refusal stays: nothing was written for it. */
    private static Outcome unless(Outcome outcome, Code code, String text) {
        return switch (outcome) {
            case Outcome.Refused refused -> refused;
            case Outcome.Done done -> Outcome.Refused.of(code, text);
        };
    }
}
