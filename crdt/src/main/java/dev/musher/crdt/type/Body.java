package dev.musher.crdt.type;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Sha256;
import dev.musher.crdt.change.Value;
import java.nio.charset.StandardCharsets;

/**
 * A long text known by its hash: the text itself stays in the change that wrote it, so that a
 * hundred thousand items fit in memory.
 *
 * @param sha256 of the text's UTF-8
 * @param bytes of UTF-8; 0 for a cleared text
 */
public record Body(ChangeId sha256, int bytes) {

    /** What stands for the value of a body, whether its text is there or was dropped. */
    public static Body of(Value value) {
        return value instanceof Value.Dropped d
                ? new Body(d.sha256(), d.bytes())
                : of(value instanceof Value.Text t ? t.text() : "");
    }

    /** What stands for {@code text}. */
    public static Body of(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return new Body(ChangeId.of(Sha256.of(utf8)), utf8.length);
    }
}
