package dev.musher.protocol.json;

import dev.musher.crdt.change.ItemKey;

/** An outcome as JSON: the answer to a write, and one line of the answer to a batch. */
public final class OutcomeView {

    private OutcomeView() {}

    /** The answer to one write that was done: {@code {id, ref, number, change, version}}. */
    public static byte[] bytes(Outcome.Done done) {
        JsonOut out = new JsonOut();
        out.object();
        members(out, done);
        return out.endObject().toBytes();
    }

    /**
     * One line of the answer to a batch, without the line break: {@code {line, status, ...}} with
     * the members of the answer or of the problem.
     *
     * @param line the line of the request it answers, from 1
     */
    public static byte[] line(long line, Outcome outcome) {
        JsonOut out = new JsonOut();
        out.object().member("line", line);
        switch (outcome) {
            case Outcome.Done done -> {
                out.member("status", 200);
                members(out, done);
            }
            case Outcome.Refused refused -> {
                out.member("status", refused.code().status())
                        .member("code", refused.code().word())
                        .member("detail", refused.text());
                ProblemView.extras(out, refused);
            }
        }
        return out.endObject().toBytes();
    }

    private static void members(JsonOut out, Outcome.Done done) {
        ItemKey key = done.key();
        if (key != null) {
            out.member("id", key.shortId())
                    .member("ref", done.display())
                    .member("number", done.number());
        }
        out.member("change", done.change().hex());
        if (done.version() != null) {
            out.member("version", done.version());
        }
    }
}
