package dev.musher.ops.bench;

import dev.musher.node.Node;
import dev.musher.node.replica.Published;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Row D19: the nodes of a project were all alone, one wrote much and the others a little; then all
 * come back at the same moment. Over real sockets, each with its own store, all in this process.
 */
final class CrowdBench implements Bench {

    private static final int OWN_CHANGES = 10;
    private static final double GOAL_S = 60;
    private static final double GOAL_STARVED_S = 10;
    private static final long LONGEST_S = 600;

    private final int peers;
    private final int changes;

    /**
     * A crowd.
     *
     * @param peers nodes besides the one that wrote much
     * @param changes that one's changes at full scale
     */
    CrowdBench(int peers, int changes) {
        this.peers = peers;
        this.changes = changes;
    }

    @Override
    public void run(Path folder, double scale, Consumer<Figure> out)
            throws IOException, InterruptedException {
        int count = Math.max(100, (int) (changes * scale));
        List<Node> crowd = new ArrayList<>();
        try {
            Node source = Nodes.found(folder.resolve("source"));
            crowd.add(source);
            for (int i = 1; i <= peers; i++) {
                Node peer = Nodes.join(source, folder.resolve("peer-" + i));
                crowd.add(peer);
                Nodes.untilEqual(source, peer);
            }
            offline(crowd, true);
            Work much = new Work(source, 1);
            much.create(count / 10);
            much.edit(count - count / 10, 1);
            for (Node peer : crowd.subList(1, crowd.size())) {
                new Work(peer, 2).create(OWN_CHANGES);
            }
            told(crowd, count, out);
        } finally {
            for (Node node : crowd) {
                node.close();
            }
        }
    }

    private void told(List<Node> crowd, int count, Consumer<Figure> out)
            throws InterruptedException {
        long total = 0;
        for (Node node : crowd) {
            total = Math.max(total, node.published().changes());
        }
        total += (long) peers * OWN_CHANGES;
        List<Waiting> waiting = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(crowd.size());
        long beganNs = System.nanoTime();
        for (Node node : crowd) {
            waiting.add(new Waiting(node, total, beganNs, all));
        }
        offline(crowd, false);
        boolean ended = all.await(LONGEST_S, TimeUnit.SECONDS);
        waiting.forEach(Waiting::close);
        if (!ended) {
            throw new IllegalStateException(
                    all.getCount()
                            + " of "
                            + crowd.size()
                            + " nodes had not all within "
                            + LONGEST_S
                            + " s");
        }
        if (crowd.stream().map(node -> node.published().digest()).distinct().count() != 1) {
            throw new IllegalStateException("the same changes, and not the same state");
        }
        double lastS = waiting.stream().mapToLong(Waiting::tookNs).max().orElse(0) / 1e9;
        double starvedS = waiting.stream().mapToLong(Waiting::starvedNs).max().orElse(0) / 1e9;
        String how =
                String.format(
                        Locale.ROOT,
                        "%d nodes that come back at once, %,d changes at one of them and %d at each"
                                + " other; all in one process on the same cores",
                        crowd.size(),
                        count,
                        OWN_CHANGES);
        boolean goal = peers >= 50;
        out.accept(
                new Figure(
                        "until all have all",
                        String.format(Locale.ROOT, "%.1f s", lastS),
                        null,
                        goal ? "<= 60 s" : null,
                        goal ? lastS <= GOAL_S : null,
                        how));
        out.accept(
                new Figure(
                        "longest time a node waited for anything new",
                        String.format(Locale.ROOT, "%.1f s", starvedS),
                        null,
                        goal ? "<= 10 s" : null,
                        goal ? starvedS <= GOAL_STARVED_S : null,
                        how));
    }

    private static void offline(List<Node> crowd, boolean offline) {
        crowd.stream()
                .map(node -> node.driver().offline(offline).toCompletableFuture())
                .toList()
                .forEach(told -> told.join());
    }

    /** One node until it has all; told by its core thread, read when it is closed. */
    private static final class Waiting {

        private final Node node;
        private final long total;
        private final long beganNs;
        private final CountDownLatch all;
        private final Runnable look = this::look;
        private long seen;
        private long newNs;
        private long starvedNs;
        private long tookNs;

        Waiting(Node node, long total, long beganNs, CountDownLatch all) {
            this.node = node;
            this.total = total;
            this.beganNs = beganNs;
            this.all = all;
            this.seen = node.published().changes();
            this.newNs = beganNs;
            node.driver().onPublish(look);
            look();
        }

        private synchronized void look() {
            Published now = node.published();
            if (tookNs > 0) {
                return;
            }
            long nowNs = System.nanoTime();
            boolean complete = now.changes() >= total && !now.digest().isEmpty();
            if (now.changes() > seen || complete) {
                starvedNs = Math.max(starvedNs, nowNs - newNs);
                seen = now.changes();
                newNs = nowNs;
            }
            if (complete) {
                tookNs = nowNs - beganNs;
                all.countDown();
            }
        }

        void close() {
            node.driver().forget(look);
        }

        synchronized long tookNs() {
            return tookNs;
        }

        synchronized long starvedNs() {
            return starvedNs;
        }
    }
}
