package dev.musher.ops.sim;

import dev.musher.node.replica.Input;
import dev.musher.protocol.sync.OpenedFrame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sockets between nodes. A link is a stream, as WebSocket is: it keeps its order and loses nothing
 * until it breaks. Changes are lost when it breaks under way, doubled when it breaks after they
 * arrived and before the sender knows, and overtaken by other links when it stalls. Links across a
 * partition break after a time-out, and dials across it fail. Not thread safe.
 */
final class SimNetwork {

    private static final int TIMEOUT_MS = 3_000;
    private static final int STALL_MS = 2_000;

    /** The kind of a frame stands behind the head of its array; see PROTOCOL.md. */
    private static final int STATUS = 8;

    /** Numbers of links go up by two: frames of one link in half as many are opened ahead. */
    private static final int AHEAD = 16;

    private static final int STRANGER_MS = 2_000;
    private static final int STRANGE_FRAMES = 3;
    private static final int HEARD = 200;

    /** Two ends of one socket; each end has its own link number at its node. */
    private static final class Link {
        final SimNode[] ends;
        final long[] numbers;
        final int[] generations;
        final long[] arrivesMs = new long[2];

        /** Whether a frame on its way to this end was lost: then nothing follows it. */
        final boolean[] torn = new boolean[2];

        boolean open = true;

        Link(SimNode a, SimNode b, long numberA, long numberB) {
            ends = new SimNode[] {a, b};
            numbers = new long[] {numberA, numberB};
            generations = new int[] {a.generation(), b.generation()};
        }
    }

    private final Agenda agenda;
    private final RandomGenerator random;
    private final SimOptions options;
    private final Map<Long, Link> links = new TreeMap<>();
    private final Map<Integer, Integer> side = new TreeMap<>();
    private final Map<Integer, SortedSet<Integer>> apart = new TreeMap<>();
    private final SortedMap<Long, SimNode> strangers = new TreeMap<>();

    /** The first frames of all, for strangers to say again. */
    private final List<byte[]> heard = new ArrayList<>();

    /**
     * Comparisons that each end of a link began since all is calm, while the other end did not hold
     * the same: what A2 calls rounds. One between equals brings nothing, whatever is still new
     * elsewhere.
     */
    private final SortedMap<Long, Integer> rounds = new TreeMap<>();

    private BiFunction<SimNode, byte[], byte[]> through = (node, frame) -> frame;
    private boolean faulty = true;
    private long nextLink = 1;
    private long frames;
    private long bytes;

    SimNetwork(Agenda agenda, RandomGenerator random, SimOptions options) {
        this.agenda = agenda;
        this.random = random;
        this.options = options;
    }

    long frames() {
        return frames;
    }

    long bytes() {
        return bytes;
    }

    /** From now on, what a node sends is altered by this on its way. */
    void through(BiFunction<SimNode, byte[], byte[]> alter) {
        through = alter;
    }

    /** Splits the nodes in two; links across break when their ends notice. */
    void partition(List<SimNode> nodes) {
        for (SimNode node : nodes) {
            side.put(node.index(), random.nextInt(2));
        }
        for (Link link : List.copyOf(links.values())) {
            if (!connected(link.ends[0], link.ends[1])) {
                agenda.in(random.nextInt(TIMEOUT_MS), () -> breakLink(link, "timed out"));
            }
        }
    }

    /** Joins the nodes again. */
    void heal() {
        side.clear();
    }

    /** From now on frames are delayed, and nothing worse. */
    void calm() {
        heal();
        apart.clear();
        faulty = false;
    }

    private static boolean isUnequal(Link link) {
        return !Objects.equals(link.ends[0].liveHeads(), link.ends[1].liveHeads());
    }

    /** The most rounds that one end of a link began since all is calm. */
    int rounds() {
        return rounds.values().stream().mapToInt(i -> i).max().orElse(0);
    }

    /** Two nodes have no way to each other until all is calm. */
    void keepApart(SimNode a, SimNode b) {
        apart.computeIfAbsent(a.index(), k -> new TreeSet<>()).add(b.index());
        for (Link link : List.copyOf(links.values())) {
            if (!connected(link.ends[0], link.ends[1])) {
                breakLink(link, "kept apart");
            }
        }
    }

    private boolean areApart(SimNode a, SimNode b) {
        SortedSet<Integer> others = apart.get(a.index());
        return others != null && others.contains(b.index());
    }

    private boolean connected(SimNode a, SimNode b) {
        return !areApart(a, b)
                && !areApart(b, a)
                && side.getOrDefault(a.index(), 0).equals(side.getOrDefault(b.index(), 0));
    }

    /** One node dials another. */
    void dial(SimNode from, SimNode to, String address) {
        int generation = from.generation();
        agenda.in(
                delay(),
                () -> {
                    if (from.generation() != generation || !from.up()) {
                        return;
                    }
                    if (!to.up() || !connected(from, to)) {
                        from.receive(new Input.DialFailed(address, "no route"));
                        return;
                    }
                    Link link = new Link(from, to, nextLink++, nextLink++);
                    links.put(link.numbers[0], link);
                    links.put(link.numbers[1], link);
                    from.receive(new Input.Connected(link.numbers[0], true, address, nonce()));
                    if (link.open && to.up()) {
                        to.receive(
                                new Input.Connected(
                                        link.numbers[1], false, from.address(), nonce()));
                    }
                });
    }

    /** One node dials where nobody is. */
    void dialNowhere(SimNode from, String address) {
        int generation = from.generation();
        agenda.in(
                delay(),
                () -> {
                    if (from.generation() == generation) {
                        from.receive(new Input.DialFailed(address, "unknown host"));
                    }
                });
    }

    /**
     * Somebody opens a socket to a node who is no node: he says what was once said elsewhere, or
     * nothing that makes sense.
     */
    void intrude(SimNode to) {
        long number = nextLink++;
        strangers.put(number, to);
        int generation = to.generation();
        to.receive(new Input.Connected(number, false, "stranger.example:9", nonce()));
        for (int i = 0; i < STRANGE_FRAMES; i++) {
            byte[] frame = strange();
            agenda.in(
                    i * delay(),
                    () -> {
                        if (to.generation() == generation && strangers.containsKey(number)) {
                            to.receive(new Input.Frame(number, frame));
                        }
                    });
        }
        agenda.in(STRANGER_MS, () -> leave(number, generation));
    }

    private void leave(long number, int generation) {
        SimNode node = strangers.remove(number);
        if (node != null && node.up() && node.generation() == generation) {
            node.receive(new Input.Closed(number, "the stranger left"));
        }
    }

    private byte[] strange() {
        byte[] frame =
                heard.isEmpty() || random.nextInt(4) == 0
                        ? nonce()
                        : heard.get(random.nextInt(heard.size())).clone();
        if (frame.length > 1 && random.nextBoolean()) {
            frame = Arrays.copyOf(frame, 1 + random.nextInt(frame.length));
        }
        if (random.nextBoolean()) {
            frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return frame;
    }

    /** A node sends a frame; each send is answered with {@link Input.Sent} when it has left. */
    void send(SimNode from, long number, byte[] own) {
        byte[] frame = through.apply(from, own);
        if (heard.size() < HEARD) {
            heard.add(frame.clone());
        }
        Link link = links.get(number);
        if (link == null || !link.open) {
            return;
        }
        frames++;
        bytes += frame.length;
        if (!faulty && frame.length > 1 && frame[1] == STATUS && isUnequal(link)) {
            rounds.merge(number, 1, Integer::sum);
        }
        int end = link.numbers[0] == number ? 0 : 1;
        agenda.in(
                random.nextInt(3),
                () -> {
                    if (link.open && from.generation() == link.generations[end]) {
                        from.receive(new Input.Sent(number));
                    }
                });
        if (link.torn[1 - end]) {
            return;
        }
        if (faulty && percent(options.network().cutPercent())) {
            link.torn[1 - end] = true;
            agenda.in(delay(), () -> breakLink(link, "reset"));
            return;
        }
        boolean stalled = faulty && percent(options.network().stallPercent());
        long at =
                Math.max(
                        agenda.nowMs() + delay() + (stalled ? random.nextInt(STALL_MS) : 0),
                        link.arrivesMs[1 - end]);
        link.arrivesMs[1 - end] = at;
        deliver(link, 1 - end, at, frame, opened(link, 1 - end, frame));
        if (faulty && percent(options.network().twicePercent())) {
            agenda.in(
                    at + 1 - agenda.nowMs(),
                    () -> breakLink(link, "reset after the frame arrived"));
        }
    }

    /**
     * Frames of one link in eight are opened ahead, as sockets do with large ones; at once, so that
     * other changes may come between that and their arrival.
     */
    private static @Nullable OpenedFrame opened(Link link, int end, byte[] frame) {
        boolean same = link.ends[end].generation() == link.generations[end];
        return same && link.numbers[0] % AHEAD == 1 ? link.ends[end].open(frame) : null;
    }

    private void deliver(
            Link link, int end, long atMs, byte[] frame, @Nullable OpenedFrame opened) {
        agenda.in(
                Math.max(0, atMs - agenda.nowMs()),
                () -> {
                    SimNode to = link.ends[end];
                    if (!connected(link.ends[0], link.ends[1])) {
                        // Every link across a partition breaks in a while: what follows would be
                        // a stream with a hole in it, which no socket gives.
                        link.torn[end] = true;
                    }
                    if (link.open && !link.torn[end] && to.generation() == link.generations[end]) {
                        to.receive(new Input.Frame(link.numbers[end], frame.clone(), opened));
                    }
                });
    }

    /** A node closes a link: what it sent before still arrives. */
    void close(long number, String why) {
        SimNode shut = strangers.get(number);
        if (shut != null) {
            int generation = shut.generation();
            agenda.in(1, () -> leave(number, generation));
        }
        Link link = links.get(number);
        if (link != null) {
            int other = link.numbers[0] == number ? 1 : 0;
            agenda.in(
                    Math.max(0, link.arrivesMs[other] - agenda.nowMs()),
                    () -> breakLink(link, why));
        }
    }

    /** A node is gone: its links break at the other ends. */
    void gone(SimNode node) {
        for (Link link : List.copyOf(links.values())) {
            if (link.ends[0] == node || link.ends[1] == node) {
                breakLink(link, "peer is gone");
            }
        }
    }

    private void breakLink(Link link, String why) {
        if (!link.open) {
            return;
        }
        link.open = false;
        links.remove(link.numbers[0]);
        links.remove(link.numbers[1]);
        for (int end = 0; end < 2; end++) {
            SimNode node = link.ends[end];
            long number = link.numbers[end];
            int generation = link.generations[end];
            agenda.in(
                    random.nextInt(20),
                    () -> {
                        if (node.up() && node.generation() == generation) {
                            node.receive(new Input.Closed(number, why));
                        }
                    });
        }
    }

    /** Breaks one link, if there is any. */
    void breakOne() {
        List<Link> open = new ArrayList<>(links.values());
        if (!open.isEmpty()) {
            breakLink(open.get(random.nextInt(open.size())), "cut by a fault");
        }
    }

    private byte[] nonce() {
        byte[] nonce = new byte[32];
        random.nextBytes(nonce);
        return nonce;
    }

    private long delay() {
        return 1L + random.nextInt(options.network().delayMs());
    }

    private boolean percent(int percent) {
        return percent > 0 && random.nextInt(100) < percent;
    }
}
