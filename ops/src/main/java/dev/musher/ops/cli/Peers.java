package dev.musher.ops.cli;

import dev.musher.protocol.sync.PeerAddress;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code musher peers} and {@code musher peer}. */
final class Peers {

    static final String PATH = "/api/v1/peers";

    private Peers() {}

    /** {@code musher peers}. */
    @Command(name = "peers", description = "List the nodes this one talks to.")
    static final class Show extends OnNode {
        @Override
        int run(Screen screen, NodeClient node) {
            Json answer = node.get(PATH);
            Table table = new Table("ADDRESS", "DEVICE", "STATE", "IN SYNC", "NOTE");
            for (Json p : answer.at("peers").items()) {
                table.row(
                        p.at("address").text(),
                        Text.brief(p.at("device").text()),
                        p.at("state").text(),
                        Views.time(p.at("in_sync_at")),
                        p.at("detail").text());
            }
            screen.table(table, "no peers: `musher invite` makes a link for another machine");
            screen.object(answer);
            return 0;
        }
    }

    /** {@code musher peer}. */
    @Command(
            name = "peer",
            description = "Say which nodes to dial.",
            subcommands = {Add.class, Remove.class, Offline.class, Online.class})
    static final class Peer implements Runnable {
        @Mixin Helped helped;
        @picocli.CommandLine.Spec private picocli.CommandLine.Model.CommandSpec spec;

        @Override
        public void run() {
            throw new picocli.CommandLine.ParameterException(
                    spec.commandLine(),
                    "give `peer add URL`, `peer remove URL`, `peer offline` or `peer online`");
        }
    }

    /** {@code musher peer add}. */
    @Command(name = "add", description = "Keep dialling a node from now on.")
    static final class Add extends OnNode {
        @Parameters(
                paramLabel = "URL",
                description = "wss://HOST:PORT of the other node, HOST:PORT on this machine.")
        String url;

        @Override
        int run(Screen screen, NodeClient node) {
            Json done = node.write("POST", PATH, Map.of("address", address(url)));
            screen.say("dialling " + address(url));
            screen.object(done);
            return 0;
        }
    }

    /** {@code musher peer remove}. */
    @Command(name = "remove", description = "Stop dialling a node and close what is open to it.")
    static final class Remove extends OnNode {
        @Parameters(
                paramLabel = "URL",
                description = "wss://HOST:PORT of the other node, HOST:PORT on this machine.")
        String url;

        @Override
        int run(Screen screen, NodeClient node) {
            Json done = node.write("DELETE", PATH + "/" + NodeClient.escape(url), Map.of());
            screen.say("no longer dialling " + done.at("address").text());
            screen.object(done);
            return 0;
        }
    }

    /** {@code musher peer offline}. */
    @Command(
            name = "offline",
            description = "Take all links down and make none, until `peer online` or a new start.")
    static final class Offline extends OnNode {
        @Override
        int run(Screen screen, NodeClient node) {
            screen.object(node.write("POST", "/api/v1/offline", Map.of("offline", true)));
            screen.say("offline: work goes on here, and is exchanged after `musher peer online`");
            return 0;
        }
    }

    /** {@code musher peer online}. */
    @Command(name = "online", description = "Let links be made again.")
    static final class Online extends OnNode {
        @Override
        int run(Screen screen, NodeClient node) {
            screen.object(node.write("POST", "/api/v1/offline", Map.of("offline", false)));
            screen.say("online");
            return 0;
        }
    }

    private static String address(String url) {
        PeerAddress given = PeerAddress.given(url.replaceFirst("^musher://", ""));
        if (given == null) {
            throw new Failure(
                    Failure.USAGE,
                    "'"
                            + url
                            + "' cannot be dialled: give wss://HOST:PORT, or HOST:PORT of a node on"
                            + " this machine; without TLS no other machine is dialled");
        }
        return given.toString();
    }
}
