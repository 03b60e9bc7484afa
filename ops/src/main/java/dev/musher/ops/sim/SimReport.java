package dev.musher.ops.sim;

/**
 * What one schedule did. A schedule that fails has no report: it throws {@link Violation}.
 *
 * @param commands given to nodes
 * @param changes on every node in the end
 * @param faults that were tried
 * @param conflicts shown in the end
 * @param itemsWithVoid items with ops that do not count in the end
 * @param frames sent between nodes
 * @param bytes of those
 * @param copies changes that came from peers, new or not, for each change and each node that had to
 *     get it: 1 is the least; those before a crash are not counted
 * @param settledMs virtual time from the last fault until all agreed
 * @param rounds comparisons that one end of a link began in that time, at most
 * @param looks moments at which what a node showed was compared with the fold of its disk, besides
 *     the end
 * @param forks chains that two honest nodes were shown differently, by members that fork theirs
 * @param revoked devices that are revoked in the end
 * @param newcomerMs virtual time from the start of a newcomer until it held all that was done by
 *     then, the slowest; 0 where nobody came later
 * @param dropped texts that compactions dropped and that were looked at
 * @param rotated keys of nodes that were replaced by others
 * @param events in the trace
 * @param traceHash equal for equal runs
 */
public record SimReport(
        int nodes,
        int commands,
        long changes,
        long faults,
        int conflicts,
        long itemsWithVoid,
        long frames,
        long bytes,
        double copies,
        long settledMs,
        int rounds,
        int looks,
        int forks,
        long revoked,
        long newcomerMs,
        long dropped,
        int rotated,
        long events,
        String traceHash) {}
