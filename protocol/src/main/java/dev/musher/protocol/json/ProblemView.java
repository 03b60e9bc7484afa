package dev.musher.protocol.json;

/**
 * A refusal as an RFC 9457 problem. {@code type} is {@code about:blank} on purpose: the stable
 * {@code code} names the kind, and no document on the network has to exist for it.
 */
public final class ProblemView {

    private ProblemView() {}

    /** The problem as JSON text. */
    public static byte[] bytes(Outcome.Refused refused) {
        JsonOut out = new JsonOut();
        out.object()
                .member("type", "about:blank")
                .member("title", refused.code().title())
                .member("status", refused.code().status())
                .member("code", refused.code().word())
                .member("detail", refused.text());
        extras(out, refused);
        return out.endObject().toBytes();
    }

    /** The candidates and facts of a refusal, as members of the object that is open. */
    static void extras(JsonOut out, Outcome.Refused refused) {
        if (!refused.candidates().isEmpty()) {
            out.name("candidates").array();
            for (Outcome.Candidate c : refused.candidates()) {
                out.object()
                        .member("id", c.key().shortId())
                        .member("ref", c.display())
                        .member("name", c.name())
                        .endObject();
            }
            out.endArray();
        }
        refused.facts().forEach(out::member);
    }
}
