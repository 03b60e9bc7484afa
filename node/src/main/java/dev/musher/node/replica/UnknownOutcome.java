package dev.musher.node.replica;

import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Outcome;
import org.jspecify.annotations.Nullable;

/** What callers are told whose batch may or may not be on disk. */
final class UnknownOutcome {

    private UnknownOutcome() {}

    /** The answer in the place of the one that waited; null for effects that answer nobody. */
    static @Nullable Effect of(Effect waiting, String why) {
        String text =
                "whether it is written is unknown ("
                        + why
                        + "): ask again with the same idempotency key";
        return switch (waiting) {
            case Effect.Reply reply ->
                    new Effect.Reply(
                            reply.ticket(),
                            reply.outcomes().stream().map(o -> unless(o, text)).toList());
            case Effect.Answer answer ->
                    new Effect.Answer(answer.ticket(), Code.OUTCOME_UNKNOWN.word(), text);
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
    private static Outcome unless(Outcome outcome, String text) {
        return switch (outcome) {
            case Outcome.Refused refused -> refused;
            case Outcome.Done done -> Outcome.Refused.of(Code.OUTCOME_UNKNOWN, text);
        };
    }
}
