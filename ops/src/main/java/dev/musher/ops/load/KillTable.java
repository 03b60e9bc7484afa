package dev.musher.ops.load;

import java.util.List;
import java.util.Locale;

/**
 * The moments at which {@code musher soak --disk points} kills: of each deed those between which
 * its order matters. Worktrees, spawned agents and merges have theirs where they are made.
 */
final class KillTable {

    /** Deed, call, file; a call in capitals is made before the end. */
    private static final List<String> ROWS =
            List.of(
                    "found rename home/unused",
                    "found sync home/device.key.new",
                    "found rename home/device.key",
                    "found rename home/token",
                    "found rename home/store/FORMAT",
                    "found rename home/store/CURRENT",
                    "found rename home/recovery.key",
                    "found sync home/store/*.log",
                    "found unlink home/unused",
                    "found rename home/project",
                    "start write home/store/*.sst",
                    "start sync home/store/*.sst",
                    "start write home/store/MANIFEST-*",
                    "start rename home/store/CURRENT",
                    "start unlink home/store/*.log",
                    "start rename home/run.json",
                    "start unlink home/run.json",
                    "epoch sync home/store/*.log",
                    "epoch SYNC home/store/*.log",
                    "epoch WRITE home/store/WITNESS",
                    "join rename home/device.key",
                    "join sync home/store/*.log",
                    "join SYNC home/store/*.log",
                    "join unlink home/unused",
                    "join rename home/project",
                    "redeem sync home/store/*.log",
                    "redeem SYNC home/store/*.log",
                    "write write home/store/*.log",
                    "write sync home/store/*.log",
                    "write SYNC home/store/*.log",
                    "write WRITE home/store/WITNESS",
                    "checkpoint sync home/store/*.log",
                    "checkpoint SYNC home/store/*.log",
                    "compact SYNC home/store/*.log",
                    "compact sync home/store/*.sst",
                    "compact write home/store/MANIFEST-*",
                    "compact unlink home/store/*.sst",
                    "invite SYNC home/store/*.log",
                    "rotate sync home/device.key.next.new",
                    "rotate RENAME home/device.key.next",
                    "rotate sync home/store/*.log",
                    "rotate SYNC home/store/*.log",
                    "rotate rename home/device.key",
                    "rotate RENAME home/device.key",
                    "revoke sync home/store/*.log",
                    "revoke SYNC home/store/*.log",
                    "backup rename backup.partial/PARTIAL",
                    "backup link backup.partial/content/*.sst",
                    "backup rename backup.partial/content/device.key",
                    "backup sync backup.partial/content/store/*.sst",
                    "backup rename backup",
                    "backup RENAME backup",
                    "backup unlink backup.partial/PARTIAL",
                    "restore rename home/store.partial/PARTIAL",
                    "restore create home/store.partial/content/store/*",
                    "restore rename home/device.key",
                    "restore sync home/store.partial/content/store/*",
                    "restore rename home/store",
                    "restore RENAME home/store",
                    "rebuild sync home/store.rebuilding/*.log",
                    "rebuild rename home/store.old",
                    "rebuild RENAME home/store.old",
                    "rebuild RENAME home/store",
                    "rebuild unlink home/store.rebuilding/*",
                    "repair link home/verifying/store/*.sst",
                    "repair sync home/store.rebuilding/*.log",
                    "repair RENAME home/store.repaired",
                    "repair RENAME home/store.damaged-1",
                    "repair RENAME home/store",
                    "repair unlink home/verifying/*",
                    "raise mkdir home/store.format-1.partial",
                    "raise link home/store.format-1.partial/*",
                    "raise rename home/store.format-1.partial/store/FORMAT",
                    "raise sync home/store.format-1.partial/store/*",
                    "raise rename home/store.format-1",
                    "raise RENAME home/store.format-1",
                    "raise rename home/store/FORMAT",
                    "raise RENAME home/store/FORMAT",
                    "import rename home/device.key",
                    "import sync home/store.rebuilding/*.log",
                    "import rename home/store",
                    "import RENAME home/store",
                    "import rename home/project",
                    "import unlink home/unused");

    private KillTable() {}

    /** All points. */
    static List<KillPoint> all() {
        return ROWS.stream().map(KillTable::point).toList();
    }

    /** Those of a few deeds. */
    static List<KillPoint> of(List<String> deeds) {
        return all().stream().filter(point -> deeds.contains(point.deed())).toList();
    }

    private static KillPoint point(String row) {
        String[] words = row.split(" ", -1);
        String call = words[1].toLowerCase(Locale.ROOT);
        return new KillPoint(words[0], call, words[2], !call.equals(words[1]));
    }
}
