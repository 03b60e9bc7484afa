package dev.musher.ops.sim;

import dev.musher.crdt.change.DeviceId;
import dev.musher.protocol.codec.FrameReader;
import dev.musher.protocol.codec.FrameWriter;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.codec.SignedCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Members that do not say what their node would: between the node and its links each alters what is
 * sent. It shows only some authors' changes, leaves out what others build on, says again what was
 * said before, names heads that are not its own, and agrees with whatever it is told. The bytes are
 * those of frames, so that it is not found out before it is understood. Not thread safe.
 */
final class Liars implements Adverse {

    /** Kinds of frames; see PROTOCOL.md. */
    private static final int STATUS = 8;

    private static final int VECTOR = 9;
    private static final int RUNS = 11;
    private static final int TRIE_TELL = 17;

    /** Frames of each kind that are remembered, to be said again. */
    private static final int HEARD = 50;

    private static final int RUN_MAX = 200;

    private final World world;
    private final RandomGenerator random;
    private final SortedMap<Integer, Lies> liars = new TreeMap<>();
    private final SortedMap<Integer, List<byte[]>> heard = new TreeMap<>();

    Liars(World world, RandomGenerator random) {
        this.world = world;
        this.random = random;
    }

    /** How one of them lies. */
    private static final class Lies {

        /** Who is hidden: one author in so many. */
        final int hidden;

        /** One frame in so many is altered. */
        final int each;

        final List<Signed> told = new ArrayList<>();

        Lies(int hidden, int each) {
            this.hidden = hidden;
            this.each = each;
        }

        boolean hides(DeviceId author) {
            return hidden > 0 && Math.floorMod(author.bytes()[0], hidden) == 0;
        }
    }

    @Override
    public void begin(List<SimNode> others, int many) {
        // Fewer than half: else nobody may know anybody but liars.
        for (SimNode node : others.subList(0, Math.min(many, (others.size() + 1) / 3))) {
            int hidden = random.nextBoolean() ? 2 + random.nextInt(2) : 0;
            liars.put(node.index(), new Lies(hidden, 1 + random.nextInt(6)));
            world.dishonest(node);
        }
        world.network().through(this::alter);
    }

    /** They lie with every frame. */
    @Override
    public int events() {
        return 0;
    }

    /** What a node sends instead of {@code frame}. */
    private byte[] alter(SimNode from, byte[] frame) {
        int kind = new FrameReader(frame).kind();
        Lies lies = liars.get(from.index());
        if (kind != RUNS) {
            List<byte[]> of = heard.computeIfAbsent(kind, k -> new ArrayList<>());
            byte[] instead = of.isEmpty() ? frame : of.get(random.nextInt(of.size()));
            if (of.size() < HEARD) {
                of.add(frame);
            } else {
                of.set(random.nextInt(HEARD), frame);
            }
            boolean says = kind == STATUS || kind == VECTOR || kind == TRIE_TELL;
            return lies != null && says && random.nextInt(lies.each) == 0 ? instead : frame;
        }
        return lies == null ? frame : runs(lies, frame);
    }

    private byte[] runs(Lies lies, byte[] frame) {
        FrameReader in = new FrameReader(frame);
        long number = in.body().integer("number", 1, Long.MAX_VALUE);
        List<Signed> run = new ArrayList<>(SignedCodec.readRun(in.body()));
        List<Signed> before = List.copyOf(run);
        run.removeIf(signed -> lies.hides(signed.change().header().device()));
        if (random.nextInt(lies.each) == 0 && !run.isEmpty()) {
            switch (random.nextInt(3)) {
                // What others build on is left out, a change or the beginning.
                case 0 -> run.remove(random.nextInt(run.size()));
                case 1 -> run.subList(0, random.nextInt(run.size())).clear();
                // What was said before is said again.
                default -> {
                    if (!lies.told.isEmpty()) {
                        int at = random.nextInt(lies.told.size());
                        int to = Math.min(lies.told.size(), at + RUN_MAX);
                        run.addAll(lies.told.subList(at, to));
                    }
                }
            }
        }
        if (lies.told.size() < RUN_MAX) {
            lies.told.addAll(before);
        }
        FrameWriter out = new FrameWriter(RUNS, 2);
        out.body().integer(number);
        SignedCodec.writeRun(out.body(), run);
        return out.toBytes();
    }
}
