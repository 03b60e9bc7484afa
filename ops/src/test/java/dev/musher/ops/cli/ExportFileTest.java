package dev.musher.ops.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.node.verify.Found;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that says that it is an export need not be one. */
@Tag("T-D17")
class ExportFileTest {

    /** One line of so many letters, which are nowhere at once; then an empty object. */
    private static Reader oneLine(long letters) {
        return new Reader() {
            private long left = letters;
            private final Reader rest = new StringReader("\n{}\n");

            @Override
            public int read(char[] to, int from, int count) throws java.io.IOException {
                if (left == 0) {
                    return rest.read(to, from, count);
                }
                int some = (int) Math.min(count, left);
                java.util.Arrays.fill(to, from, from + some, 'x');
                left -= some;
                return some;
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void aLineWithoutAnEndIsADamagedOneAndTheNextIsRead() {
        // More than a text can hold, and than the heap of these tests.
        Reader in = new java.io.BufferedReader(oneLine(3L << 30));
        List<Found> found = new ArrayList<>();
        ExportFile.found(in).forEachRemaining(found::add);
        assertEquals(2, found.size());
        assertNull(found.get(0).signed());
        assertTrue(found.get(0).wrong().contains("4194304 characters"), found.get(0).wrong());
        assertEquals("line 2", found.get(1).at());
    }

    @Test
    void anImportNamesTheLineThatIsTooLong() {
        Iterator<?> changes = ExportFile.changes(Path.of("f"), oneLine(5 << 20));
        Failure refused = assertThrows(Failure.class, changes::next);
        assertTrue(refused.getMessage().contains("f, line 1: a line of"), refused.getMessage());
    }

    /** Bytes that are no text, and what is cut off: one line each, in words, no fault of ours. */
    @Test
    void anImportNamesTheLineThatIsNoText(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("e");
        Files.write(file, new byte[] {'\n', (byte) 0xff, (byte) 0xfe, 0, 'x', '\n'});
        try (Reader in = ExportFile.open(file)) {
            Failure refused = assertThrows(Failure.class, ExportFile.changes(file, in)::hasNext);
            assertTrue(refused.getMessage().startsWith(file + ", line 2: "), refused.getMessage());
        }
        Iterator<?> cut = ExportFile.changes(file, new StringReader("{\"id\":\"zz\""));
        Failure refused = assertThrows(Failure.class, cut::hasNext);
        assertEquals(1, refused.getMessage().lines().count(), refused.getMessage());
        assertFalse(refused.getMessage().contains("Source"), refused.getMessage());
    }

    @Test
    void linesAreThoseOfTheFile() {
        LongLines lines = new LongLines(new StringReader("ab\n\nabcdef\nend"), 3);
        List<String> out = new ArrayList<>();
        lines.forEachRemaining(out::add);
        assertEquals(List.of("ab", "", "abcd", "end"), out);
        assertFalse(lines.hasNext());
    }

    /** A history has a gigabyte of lines: each call of a reader takes a lock. */
    @Test
    void linesAreReadInLargePieces() {
        int[] calls = {0};
        Reader in =
                new java.io.FilterReader(new StringReader("x".repeat(99_999) + "\n" + "y")) {
                    @Override
                    public int read() throws java.io.IOException {
                        calls[0]++;
                        return super.read();
                    }

                    @Override
                    public int read(char[] to, int from, int count) throws java.io.IOException {
                        calls[0]++;
                        return super.read(to, from, count);
                    }
                };
        LongLines lines = new LongLines(in, 1 << 20);
        assertEquals("x".repeat(99_999), lines.next());
        assertEquals("y", lines.next());
        assertFalse(lines.hasNext());
        assertTrue(calls[0] < 100, calls[0] + " calls for 100,001 letters");
    }
}
