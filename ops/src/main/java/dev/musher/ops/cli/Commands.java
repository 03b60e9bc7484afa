package dev.musher.ops.cli;

import dev.musher.ops.bench.RunBench;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Every command, in the order of the help. A new one is one line here. Commands are made only when
 * they are called: to make all of them takes longer than most of them run.
 */
final class Commands {

    /**
     * One command.
     *
     * @param make a fresh instance, annotated for picocli
     */
    record Entry(String name, Supplier<Object> make) {}

    static final List<Entry> ALL =
            List.of(
                    new Entry("up", Up::new),
                    new Entry("down", Down::new),
                    new Entry("node", RunNode::new),
                    new Entry("gateway", RunGateway::new),
                    new Entry("new", NewItem::new),
                    new Entry("board", ShowBoard::new),
                    new Entry("list", ListItems::new),
                    new Entry("show", ShowItem::new),
                    new Entry("why", ShowWhy::new),
                    new Entry("move", Move::new),
                    new Entry("set", SetFields::new),
                    new Entry("note", AddNote::new),
                    new Entry("delete", DeleteItem::new),
                    new Entry("restore", RestoreItem::new),
                    new Entry("conflicts", Conflicts::new),
                    new Entry("settle", Settle::new),
                    new Entry("void", ListVoid::new),
                    new Entry("adopt", Adopt::new),
                    new Entry("forks", ListForks::new),
                    new Entry("invite", Invite::new),
                    new Entry("join", Join::new),
                    new Entry("members", ListMembers::new),
                    new Entry("revoke", Revoke::new),
                    new Entry("rotate", Rotate::new),
                    new Entry("peers", Peers.Show::new),
                    new Entry("peer", Peers.Peer::new),
                    new Entry("import", Import::new),
                    new Entry("export", Export::new),
                    new Entry("verify", Verify::new),
                    new Entry("digest", ShowDigest::new),
                    new Entry("checkpoint", MakeCheckpoint::new),
                    new Entry("compact", Compact::new),
                    new Entry("backup", BackUp::new),
                    new Entry("restore-home", RestoreHome::new),
                    new Entry("doctor", Doctor::new),
                    new Entry("config", ShowConfig::new),
                    new Entry("demo", dev.musher.ops.demo.RunDemo::new),
                    new Entry("sim", Simulate::new),
                    new Entry("bench", RunBench::new),
                    new Entry("model", CompareModel::new),
                    new Entry("soak", dev.musher.ops.load.RunSoak::new),
                    new Entry("attack", dev.musher.ops.attack.RunAttack::new),
                    new Entry("completion", Completion::new),
                    new Entry("version", Version::new));

    private Commands() {}

    /** The command with this name. */
    static Optional<Entry> find(String name) {
        return ALL.stream().filter(e -> e.name().equals(name)).findFirst();
    }
}
