package dev.musher.node.replica;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;

/**
 * What the replica counted since the process began: names as Prometheus wants them, without prefix.
 * Written by the core thread, read by any; a read is not a consistent cut.
 */
public final class Counters {

    private final ConcurrentSkipListMap<String, Long> counters = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<String, Long> gauges = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<String, LongSupplier> watched =
            new ConcurrentSkipListMap<>();

    /** Adds to a counter, which never falls. */
    void add(String name, long amount) {
        counters.merge(name, amount, Long::sum);
    }

    /** Adds to a counter with one label, for example {@code refused{reason="role"}}. */
    void add(String name, String label, String value, long amount) {
        add(labelled(name, label, value), amount);
    }

    /** The name of a counter with one label, to be made once where it is counted often. */
    static String labelled(String name, String label, String value) {
        return name + "{" + label + "=\"" + value + "\"}";
    }

    /** Sets a value that rises and falls. */
    void set(String name, long value) {
        gauges.put(name, value);
    }

    /** Asks {@code value} for a gauge whenever somebody reads; it may be called on any thread. */
    public void watch(String name, LongSupplier value) {
        watched.put(name, value);
    }

    /** All counters by name; a label stands in the name as {@code name{label="value"}}. */
    public SortedMap<String, Long> counters() {
        return new TreeMap<>(counters);
    }

    /** All gauges by name. */
    public SortedMap<String, Long> gauges() {
        SortedMap<String, Long> out = new TreeMap<>(gauges);
        watched.forEach((name, value) -> out.put(name, value.getAsLong()));
        return out;
    }
}
