package dev.musher.ops.load;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * One way in which bytes of a store change behind its back.
 *
 * @param file that was damaged
 * @param what was done to it, for people
 */
record Damage(Path file, String what) {

    /** Which ones are made. */
    enum Kind {
        /** A bit flipped, or the file cut, anywhere in a log, table file, MANIFEST or CURRENT. */
        FLIPS(List.of(".log", ".sst", "MANIFEST", "CURRENT")),
        /** The end of what was written last torn off, zeroed, or filled with older bytes. */
        TORN(List.of(".log", "MANIFEST", "CURRENT"));

        private final List<String> files;

        Kind(List<String> files) {
            this.files = files;
        }
    }

    private static final int TAIL_MAX = 8_192;

    /** Damages one file of a store. */
    static Damage make(Path store, Kind kind, SplittableRandom random) throws IOException {
        // CURRENT is a few bytes: seldom, or half of the runs would be about it.
        List<String> kinds = kind.files;
        boolean current = random.nextInt(16) == 0;
        String part = current ? "CURRENT" : kinds.get(random.nextInt(kinds.size() - 1));
        List<Path> files = files(store, part);
        Path file = files.get(random.nextInt(files.size()));
        return switch (kind) {
            case FLIPS -> random.nextInt(4) == 0 ? cut(file, random) : flip(file, random);
            case TORN -> torn(file, random);
        };
    }

    private static Damage flip(Path file, SplittableRandom random) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            long at = random.nextLong(open.length());
            int bit = random.nextInt(8);
            open.seek(at);
            int old = open.read();
            open.seek(at);
            open.write(old ^ 1 << bit);
            return new Damage(file, "bit " + bit + " of byte " + at + " flipped");
        }
    }

    private static Damage cut(Path file, SplittableRandom random) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            long at = random.nextLong(open.length());
            open.setLength(at);
            return new Damage(file, "cut at byte " + at);
        }
    }

    private static Damage torn(Path file, SplittableRandom random) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            long length = open.length();
            int tail = 1 + random.nextInt((int) Math.min(TAIL_MAX, length));
            long from = length - tail;
            switch (random.nextInt(3)) {
                case 0 -> {
                    open.setLength(from);
                    return new Damage(file, "the last " + tail + " bytes gone");
                }
                case 1 -> {
                    open.seek(from);
                    open.write(new byte[tail]);
                    return new Damage(file, "the last " + tail + " bytes zero");
                }
                default -> {
                    byte[] older = new byte[tail];
                    open.seek(random.nextLong(from + 1));
                    open.readFully(older);
                    open.seek(from);
                    open.write(older);
                    return new Damage(file, "the last " + tail + " bytes older ones");
                }
            }
        }
    }

    private static List<Path> files(Path store, String part) throws IOException {
        try (Stream<Path> files = Files.list(store)) {
            return files.filter(f -> f.getFileName().toString().contains(part))
                    .filter(f -> f.toFile().length() > 0)
                    .sorted()
                    .toList();
        }
    }

    @Override
    public String toString() {
        return file.getFileName() + ", " + what;
    }
}
