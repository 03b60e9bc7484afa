package dev.musher.node.replica;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the replica counted since the process began: names as Prometheus wants them, without prefix.
 * Written by the core thread, read by any; a read is not a consistent cut.
 */
public final class Counters {

    private final Map<String, LongAdder> counters = new ConcurrentSkipListMap<>();
    private final Map<String, LongAdder> gauges = new ConcurrentSkipListMap<>();

    /** Adds to a counter, which never falls. */
    void add(String name, long amount) {
        counters.computeIfAbsent(name, n -> new LongAdder()).add(amount);
    }

    /** Adds to a counter with one label, for example {@code refused{reason="role"}}. */
    void add(String name, String label, String value, long amount) {
        add(name + "{" + label + "=\"" + value + "\"}", amount);
    }

    /** Sets a value that rises and falls. */
    void set(String name, long value) {
        LongAdder gauge = gauges.computeIfAbsent(name, n -> new LongAdder());
        gauge.reset();
        gauge.add(value);
    }

    /** All counters by name; a label stands in the name as {@code name{label="value"}}. */
    public SortedMap<String, Long> counters() {
        return read(counters);
    }

    /** All gauges by name. */
    public SortedMap<String, Long> gauges() {
        return read(gauges);
    }

    private static SortedMap<String, Long> read(Map<String, LongAdder> from) {
        SortedMap<String, Long> out = new TreeMap<>();
        from.forEach((name, value) -> out.put(name, value.sum()));
        return out;
    }
}
