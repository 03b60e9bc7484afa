package dev.musher.ops.load;

import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Callers that write to a node, each on a thread of its own, until it no longer answers. */
final class Load {

    /** A caller whose node is gone notices at once; longer is a breach. */
    private static final long JOIN_S = 70;

    private final List<NodeClient> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private Load() {}

    /** Lets them begin. */
    static Load start(Victim node, List<Caller> callers, SplittableRandom random)
            throws IOException {
        Load load = new Load();
        for (Caller caller : callers) {
            NodeClient client = node.client();
            SplittableRandom own = random.split();
            load.clients.add(client);
            load.threads.add(
                    Thread.ofPlatform()
                            .name("caller-" + load.threads.size())
                            .start(() -> caller.call(client, own)));
        }
        return load;
    }

    /** Waits until all have noticed that their node is gone. */
    void join() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(JOIN_S));
            if (thread.isAlive()) {
                throw new Failure(
                        Failure.FAILED, thread.getName() + " waits for a node that is dead");
            }
        }
        clients.forEach(NodeClient::close);
    }
}
