package dev.musher.ops.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which reader a path gets, and that what none can read is not taken for an empty import. */
class ImportTest {

    @TempDir Path folder;

    @Test
    void whatHoldsNoItemsInAnyFormatIsRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("shopping.txt"), "milk\nbread\n");
        Failure refused = assertThrows(Failure.class, () -> Import.read(text));
        assertEquals(Failure.USAGE, refused.exitCode());
        assertTrue(String.valueOf(refused.getMessage()).contains("shopping.txt"));
        assertEquals(
                Failure.NOT_FOUND,
                assertThrows(Failure.class, () -> Import.read(folder.resolve("none"))).exitCode());
    }

    @Test
    void oneMarkdownFileIsAnItem() throws IOException {
        Path file = Files.writeString(folder.resolve("7-a.md"), "# A name\ntext\n");
        assertEquals("A name", Import.read(file).items().get(0).name());
    }
}
