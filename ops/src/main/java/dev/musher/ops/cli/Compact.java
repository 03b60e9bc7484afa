package dev.musher.ops.cli;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code musher compact}. */
@Command(
        name = "compact",
        description = {
            "Drop texts of descriptions that were replaced, of closed items, here on this node.",
            "Only what a checkpoint vouches for and every active member has acknowledged goes;",
            "all else stays, and so does the state. What is dropped everywhere cannot be read"
                    + " again."
        })
final class Compact extends OnNode {

    @Option(names = "--dry-run", description = "Only say what would be dropped.")
    boolean dryRun;

    @Option(
            names = "--keep-days",
            paramLabel = "N",
            description = "Keep what was vouched for within N days (default: ${DEFAULT-VALUE}).")
    int keepDays = 7;

    @Option(
            names = "--idle-days",
            paramLabel = "N",
            description = {
                "Do not wait for devices that wrote nothing for N days (default:"
                        + " ${DEFAULT-VALUE})."
            })
    int idleDays = 30;

    @Override
    int run(Screen screen, NodeClient node) {
        long before = disk(node);
        long dropped = 0;
        long bytes = 0;
        TreeMap<String, Long> kept = new TreeMap<>();
        Json page;
        long from = 0;
        do {
            page = node.write("POST", "/api/v1/compact", wish(from));
            dropped += page.at("dropped").number();
            bytes += page.at("bytes").number();
            for (String why : page.at("kept").names()) {
                kept.merge(why, page.at("kept").at(why).number(), Long::sum);
            }
            from = page.at("next").exists() ? page.at("next").number() : -1;
        } while (from >= 0);
        Map<String, Object> done = new LinkedHashMap<>();
        done.put("dry_run", dryRun);
        done.put("dropped", dropped);
        done.put("bytes", bytes);
        done.put("kept", kept);
        done.put("disk_before", before);
        screen.say(
                (dryRun ? "would drop " : "dropped ")
                        + "the replaced texts of "
                        + dropped
                        + " changes, "
                        + bytes
                        + " bytes");
        kept.forEach((why, count) -> screen.say("  stay: " + count + " (" + words(why) + ")"));
        if (!dryRun && dropped > 0) {
            Json shrunk = node.write("POST", "/api/v1/compact", Map.of("shrink", true));
            long after = shrunk.at("disk_bytes").number();
            done.put("disk_after", after);
            screen.say("the store takes " + after + " bytes on disk, it took " + before);
        }
        screen.object(Json.of(done));
        return 0;
    }

    /** The store at its smallest before, so that the two figures compare. */
    private long disk(NodeClient node) {
        return dryRun
                ? 0
                : node.write("POST", "/api/v1/compact", Map.of("shrink", true))
                        .at("disk_bytes")
                        .number();
    }

    private Map<String, Object> wish(long from) {
        Map<String, Object> out = new HashMap<>();
        out.put("dry_run", dryRun);
        out.put("keep_days", keepDays);
        out.put("idle_days", idleDays);
        out.put("from", from);
        return out;
    }

    private static String words(String why) {
        return switch (why) {
            case "dropped_before" -> "dropped before";
            case "void_checkpoint" -> "its checkpoint does not count: write a new one";
            case "contradicted" -> "its checkpoint says another state than this node has";
            case "young" -> "vouched for less than --keep-days ago";
            case "not_acknowledged" ->
                    "an active member has not written since: see `checkpoint --list`";
            case "not_durable" -> "not on disk yet";
            case "void" -> "it does not count, and may be adopted";
            case "shown" -> "it is shown";
            case "open" -> "its item is open";
            default -> why;
        };
    }
}
