package dev.musher.crdt.change;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.musher.crdt.EqualClasses;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Words read back as what they name, and values are equal by what they hold. */
class WordsTest {

    @Test
    void everyFieldAndEventIsReadBackByItsWordAndNoOther() {
        for (Field field : Field.values()) {
            assertEquals(Optional.of(field), Field.parse(field.word()));
        }
        for (Event event : Event.values()) {
            assertEquals(Optional.of(event), Event.parse(event.word()));
        }
        for (String none : List.of("", "Name", "qa mode", "names")) {
            assertEquals(Optional.empty(), Field.parse(none), none);
            assertEquals(Optional.empty(), Event.parse(none), none);
        }
    }

    @Test
    void bytesOfAnotherLengthAreNoIdKeyOrSignature() {
        for (int length : List.of(0, 31, 33)) {
            byte[] bytes = new byte[length];
            assertThrows(IllegalArgumentException.class, () -> ChangeId.of(bytes));
            assertThrows(IllegalArgumentException.class, () -> DeviceId.of(bytes));
        }
        for (int length : List.of(0, 63, 65)) {
            byte[] bytes = new byte[length];
            assertThrows(IllegalArgumentException.class, () -> Signature.of(bytes));
        }
    }

    @Test
    void valuesAreEqualByTheirBytesAndKind() {
        byte[] zeros = new byte[32];
        byte[] ones = zeros.clone();
        ones[31] = 1;
        byte[] long0 = new byte[64];
        byte[] long1 = long0.clone();
        long1[63] = 1;
        List<List<Object>> equals =
                List.of(
                        List.of(ChangeId.of(zeros), ChangeId.of(zeros.clone())),
                        List.of(ChangeId.of(ones), ChangeId.of(ones.clone())),
                        List.of(DeviceId.of(zeros), DeviceId.of(zeros.clone())),
                        List.of(DeviceId.of(ones), DeviceId.of(ones.clone())),
                        List.of(Signature.of(long0), Signature.of(long0.clone())),
                        List.of(Signature.of(long1), Signature.of(long1.clone())),
                        List.of(Octets.of(zeros), Octets.of(zeros.clone())),
                        List.of(Octets.of(ones), Octets.of(ones.clone())),
                        List.of("text", "text"));
        EqualClasses.check(equals);
    }

    @Test
    void theHashOfHeadsIsThatOfTheirSetAndOfNoOther() {
        DeviceId device = DeviceId.of(new byte[32]);
        List<Head> all = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            byte[] id = new byte[32];
            id[0] = (byte) i;
            all.add(new Head(device, i, i, ChangeId.of(id)));
        }
        ChangeId hash = new Heads(all).hash();
        assertEquals(hash, new Heads(all.reversed()).hash());
        assertNotEquals(hash, new Heads(all.subList(0, 2)).hash());
        assertNotEquals(hash, new Heads(List.of()).hash());
    }
}
