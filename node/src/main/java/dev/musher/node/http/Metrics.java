package dev.musher.node.http;

import dev.musher.node.replica.Published;
import dev.musher.node.web.Feed;
import dev.musher.node.web.Observer;
import dev.musher.node.web.Route;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What the node measures, as Prometheus reads it: the process, the requests, and what the replica
 * counted, the last under {@code musher_}. Thread safe.
 */
public final class Metrics implements Observer {

    private static final String PREFIX = "musher_";

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** Begins to measure. */
    public Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    @Override
    public void answered(Route route, int status, long nanos) {
        Timer.builder("musher_http_requests")
                .tag("method", route.method().name())
                .tag("route", route.template())
                .tag("status", Integer.toString(status))
                .register(registry)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Watches the streams of events. */
    public void watch(Feed feed) {
        registry.gauge("musher_event_readers", feed, Feed::readers);
        registry.gauge("musher_event_resyncs", feed, Feed::resyncs);
    }

    /** What concerns the process and its requests, in the text format 0.0.4. */
    public String process() {
        return registry.scrape();
    }

    /** All of it in the text format 0.0.4. */
    String text(Backend backend) {
        StringBuilder out = new StringBuilder(process());
        append(out, "counter", "_total", backend.counters().counters());
        append(out, "gauge", "", backend.counters().gauges());
        Published now = backend.published();
        append(
                out,
                "gauge",
                "",
                new TreeMap<>(
                        Map.of(
                                "items", (long) now.items().size(),
                                "changes", now.changes(),
                                "items_with_void", now.itemsWithVoid(),
                                "peers", (long) now.peers().size(),
                                "arrival_sequence", now.lastSequence())));
        return out.toString();
    }

    private static void append(
            StringBuilder out, String type, String suffix, SortedMap<String, Long> values) {
        String last = "";
        for (Map.Entry<String, Long> e : values.entrySet()) {
            int brace = e.getKey().indexOf('{');
            String name = brace < 0 ? e.getKey() : e.getKey().substring(0, brace);
            String labels = brace < 0 ? "" : e.getKey().substring(brace);
            String full = PREFIX + name + (name.endsWith(suffix) ? "" : suffix);
            if (!full.equals(last)) {
                out.append("# TYPE ").append(full).append(' ').append(type).append('\n');
                last = full;
            }
            out.append(full).append(labels).append(' ').append(e.getValue()).append('\n');
        }
    }
}
