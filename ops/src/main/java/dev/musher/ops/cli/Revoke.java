package dev.musher.ops.cli;

import dev.musher.crdt.change.Kept;
import dev.musher.crdt.change.Op;
import java.nio.file.Path;
import java.util.HexFormat;
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
            paramLabel = "all|none|SEQ,...",
            split = ",",
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
        Json done =
                RecoveryKey.carryOut(
                        recoveryKey,
                        node,
                        "/api/v1/revoke",
                        "revoke",
                        body,
                        op ->
                                op instanceof Op.Cut cut
                                        && cut.device().hex().equals(key)
                                        && keeps(cut.kept()));
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
        List<String> added = Devices.addedBy(node, key);
        if (!added.isEmpty()) {
            screen.say(
                    "Devices that it added go on, and those that they added. Revoke the ones that"
                            + " you do not know, or this one again with --keep up to a change"
                            + " before:");
            added.forEach(each -> screen.say("  " + each));
        }
        screen.object(done);
        return 0;
    }

    /**
     * Whether a cut keeps what was asked for; what `all` is, only the node knows. A node not to be
     * trusted could have the recovery key's word keep what a thief wrote.
     */
    private boolean keeps(List<Kept> kept) {
        if (keep.contains("all")) {
            return true;
        }
        return keep.contains("none")
                ? kept.isEmpty()
                : kept.size() <= keep.size()
                        && kept.stream().allMatch(k -> keep.stream().anyMatch(w -> names(w, k)));
    }

    private static boolean names(String word, Kept kept) {
        String epoch = HexFormat.of().toHexDigits(kept.epoch());
        return List.of(kept.id().hex(), "" + kept.seq(), epoch + ":" + kept.seq()).contains(word);
    }
}
