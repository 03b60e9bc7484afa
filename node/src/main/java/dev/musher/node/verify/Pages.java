package dev.musher.node.verify;

import dev.musher.protocol.codec.Covered;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Verifier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads and proves pages ahead of the fold: one thread reads and decodes, some check signatures,
 * and the pages come out in their order. A bounded number of pages waits, so that a history need
 * not fit into memory twice.
 *
 * <p>{@link #next} is for one thread.
 */
final class Pages implements AutoCloseable {

    private static final int AHEAD = 4;

    private final Evidence evidence;
    private final Supplier<Verifier> verifiers;
    private final BlockingQueue<Future<Proofs.@Nullable Proved>> ready =
            new ArrayBlockingQueue<>(AHEAD);
    private final ExecutorService reader;
    private final ExecutorService provers;

    /**
     * @param verifiers makes one, which one thread then uses
     */
    Pages(Evidence evidence, Supplier<Verifier> verifiers, int threads) {
        this.evidence = evidence;
        this.verifiers = verifiers;
        reader =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().name("verify-read").factory());
        provers =
                Executors.newFixedThreadPool(
                        threads, Thread.ofPlatform().name("verify-prove-", 0).factory());
        Future<?> unused = reader.submit(this::read);
    }

    /** The next page; null at the end. */
    Proofs.@Nullable Proved next() throws IOException, InterruptedException {
        try {
            return ready.take().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            if (e.getCause() instanceof RuntimeException failed) {
                throw failed;
            }
            throw new IllegalStateException("a page cannot be read", e);
        }
    }

    /** Ends the threads; what was read ahead is dropped. */
    @Override
    public void close() {
        reader.shutdownNow();
        provers.shutdownNow();
        // The reader may be inside the store, which its owner closes next.
        reader.close();
        provers.close();
    }

    private @Nullable Void read() throws InterruptedException {
        try {
            List<Found> waiting = new ArrayList<>();
            for (List<Found> page = evidence.next(); !page.isEmpty(); page = evidence.next()) {
                waiting.addAll(page);
                List<Found> due = covered(waiting);
                if (waiting.size() > Covered.WAITING_MAX) {
                    // Never signed: to be told of now, and not kept until the end.
                    due.addAll(waiting);
                    waiting.clear();
                }
                ready.put(provers.submit(prove(page, due)));
            }
            if (!waiting.isEmpty()) {
                ready.put(provers.submit(prove(List.of(), waiting)));
            }
            ready.put(CompletableFuture.completedFuture(null));
        } catch (IOException | RuntimeException e) {
            ready.put(CompletableFuture.failedFuture(e));
        }
        return null;
    }

    private Callable<Proofs.@Nullable Proved> prove(List<Found> page, List<Found> covered) {
        return () -> new Proofs(verifiers.get()).check(page, covered);
    }

    /** Takes out of the list what can be proved by itself; the rest waits for its signature. */
    static List<Found> covered(List<Found> waiting) {
        List<Signed> run = new ArrayList<>(waiting.size());
        for (Found each : waiting) {
            Signed signed = each.signed();
            if (signed != null) {
                run.add(signed);
            }
        }
        boolean[] covered = Covered.of(run);
        List<Found> out = new ArrayList<>(waiting.size());
        List<Found> rest = new ArrayList<>();
        int at = 0;
        for (Found each : waiting) {
            (each.signed() == null || covered[at++] ? out : rest).add(each);
        }
        waiting.clear();
        waiting.addAll(rest);
        return out;
    }
}
