package dev.musher.ops.demo;

import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;

/**
 * Plays events through the HTTP interface of the nodes they are dealt to: those of one issue one
 * after the other, each on top of the last also where another node made that; those of different
 * issues at once. Each becomes one change or is counted by the reason why not.
 */
final class Replay {

    private final List<DemoNode> nodes;
    private final Map<String, String> ids;
    private final SortedMap<String, Integer> skipped = new TreeMap<>();
    private final SortedMap<String, String> refusals = new TreeMap<>();
    private int changes;

    /**
     * For a mesh of {@code nodes}.
     *
     * @param ids issue to item
     */
    Replay(List<DemoNode> nodes, Map<String, String> ids) {
        this.nodes = nodes;
        this.ids = ids;
    }

    /** Events that became a change. */
    synchronized int changes() {
        return changes;
    }

    /** Events that became none, by reason. */
    synchronized SortedMap<String, Integer> skipped() {
        return new TreeMap<>(skipped);
    }

    /** The first refusal of each kind, with the event; none is expected. */
    synchronized SortedMap<String, String> refusals() {
        return new TreeMap<>(refusals);
    }

    /**
     * Plays events and waits until all are done.
     *
     * @param sights what the side of a node sees, by the node's index
     */
    void play(List<DemoEvent> events, IntFunction<Sight> sights) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<String, CompletableFuture<Void>> tails = new HashMap<>();
            for (DemoEvent e : events) {
                CompletableFuture<Void> before =
                        tails.getOrDefault(e.issue(), CompletableFuture.completedFuture(null));
                tails.put(e.issue(), before.thenRunAsync(() -> play(e, sights), threads));
            }
            CompletableFuture.allOf(tails.values().toArray(CompletableFuture[]::new)).join();
        }
    }

    private void play(DemoEvent e, IntFunction<Sight> sights) {
        String id = ids.get(e.issue());
        if (id == null) {
            skip("not_imported");
            return;
        }
        int at = e.dealtTo(nodes.size());
        Sight.Seen seen = sights.apply(at).of(e.issue());
        switch (Translator.step(e, seen)) {
            case Step.Skip skip -> skip(skip.reason());
            case Step.Write write -> {
                await(seen, at);
                List<Json> commands = List.of(Json.of(write.about(id)));
                Json answer = nodes.get(at).batch(commands, "event-" + e.number()).get(0);
                if (answer.at("status").number() >= 400) {
                    refused(e, answer);
                } else {
                    Translator.done(write, seen);
                    seen.last = new Sight.Last(at, answer.at("change").text());
                    changed();
                }
            }
        }
    }

    private void await(Sight.Seen seen, int at) {
        Sight.Last last = seen.last;
        if (last != null && last.node() != at) {
            try {
                nodes.get(at).arrivals().await(last.change());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Failure(Failure.FAILED, "interrupted", e);
            }
        }
    }

    private synchronized void changed() {
        changes++;
    }

    private synchronized void skip(String reason) {
        skipped.merge(reason, 1, Integer::sum);
    }

    private synchronized void refused(DemoEvent e, Json answer) {
        String reason = "refused_" + answer.at("code").text();
        skipped.merge(reason, 1, Integer::sum);
        refusals.putIfAbsent(
                reason,
                "event " + e.number() + " (" + e.type() + "): " + answer.at("detail").text());
    }
}
