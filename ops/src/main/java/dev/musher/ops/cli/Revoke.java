package dev.musher.ops.cli;

import dev.musher.crdt.change.Op;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code musher revoke}. */
@Command(
        name = "revoke",
        description = {
            "Shut a device out: nothing it writes from now on counts anywhere.",
            "What it wrote before and is known here goes on counting, unless --keep says otherwise."
        })
final class Revoke extends OnHome {

    @Parameters(
            paramLabel = "DEVICE",
            description = "Its label, the first letters of its key, or `self`.")
    String device;

    @Option(
            names = "--keep",
            paramLabel = "all|none|SEQ",
            arity = "1..*",
            description = {
                "What of its work counts: all that is known here (the default), none, or up to its",
                "changes SEQ, EPOCH:SEQ or ids, with all before them."
            })
    List<String> keep = List.of("all");

    @Option(
            names = "--recovery-key",
            paramLabel = "FILE",
            description = {
                "Sign with the project's recovery key, which `up` showed once: the only way to",
                "revoke the founder's device. Works in any home of the project, running or not."
            })
    @Nullable Path recoveryKey;

    @Override
    int run(Screen screen, NodeClient node) {
        Json member = Devices.find(node, device);
        String key = member.at("device").text();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("device", key);
        if (keep.contains("none")) {
            body.put("keep", List.of());
        } else if (!keep.contains("all")) {
            body.put("keep", keep);
        }
        if (keep.size() > 1 && (keep.contains("none") || keep.contains("all"))) {
            throw new Failure(Failure.USAGE, "--keep takes all, none, or changes: not both");
        }
        Json done;
        if (recoveryKey == null) {
            done = node.write("POST", "/api/v1/revoke", body);
        } else {
            body.put("op", "revoke");
            done =
                    RecoveryKey.read(recoveryKey)
                            .carryOut(
                                    node,
                                    body,
                                    op ->
                                            op instanceof Op.Cut cut
                                                    && cut.device().hex().equals(key));
        }
        screen.say(
                "revoked "
                        + Devices.name(member)
                        + (recoveryKey == null ? "" : " with the recovery key")
                        + "  change "
                        + Text.brief(done.at("change").text()));
        screen.say(
                "Nodes that hear of it end their links to it within 5 s. What it wrote that does"
                        + " not count: `musher void`;");
        screen.say("to let that count: `musher adopt --device " + Text.brief(key) + "`");
        screen.object(done);
        return 0;
    }
}
