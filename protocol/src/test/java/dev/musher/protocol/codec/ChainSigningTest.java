package dev.musher.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Octets;
import dev.musher.crdt.change.Op;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChainSigningTest {
    private final Author ann = new Author(1);
    private final Change note = ann.note(10);

    @Test
    void every64thChangeIsSigned() {
        assertFalse(ChainSigning.mustSign(0, 0, note));
        assertFalse(ChainSigning.mustSign(62, 0, note));
        assertTrue(ChainSigning.mustSign(63, 0, note));
    }

    @Test
    void every256KibIsSigned() {
        int size = note.bytes().length;
        assertFalse(ChainSigning.mustSign(1, 256 * 1024 - size - 1, note));
        assertTrue(ChainSigning.mustSign(1, 256 * 1024 - size, note));
    }

    @Test
    void membershipAndCutsAreSignedAlone() {
        DeviceId device = ann.device;
        assertTrue(ChainSigning.mustSign(0, 0, ann.member()));
        assertTrue(ChainSigning.mustSign(0, 0, ann.next(new Op.Cut(device, List.of()))));
        Change mixed = ann.next(new Op.SetRules(2), note.ops().getFirst());
        assertTrue(ChainSigning.mustSign(0, 0, mixed));
        assertFalse(ChainSigning.mustSign(0, 0, ann.next()));
        Op checkpoint = new Op.Checkpoint(note.id(), note.id(), List.of());
        assertTrue(ChainSigning.mustSign(0, 0, ann.next(checkpoint)));
        Octets access = Octets.of(new byte[] {(byte) 0x82, 0x09, 0x01});
        assertTrue(ChainSigning.mustSign(0, 0, ann.next(new Op.Unknown(9, access))));
        Octets later = Octets.of(new byte[] {(byte) 0x81, 0x18, 25});
        assertFalse(ChainSigning.mustSign(0, 0, ann.next(new Op.Unknown(25, later))));
    }

    @Test
    void aSignedRunFitsAFrameWithRoomToSpare() {
        int largest = ChainSigning.RUN_BYTES + dev.musher.crdt.change.Limits.CHANGE_BYTES;
        assertTrue(largest + ChainSigning.RUN_CHANGES * 80 < FrameLimits.FRAME_BYTES / 2);
        assertEquals(64, ChainSigning.RUN_CHANGES);
    }
}
