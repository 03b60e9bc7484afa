package dev.musher.crdt.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.musher.crdt.access.AccessChange.AccessOp;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Octets;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccessChangeTest {

    private static final DeviceId DEVICE = DeviceId.of(new byte[32]);

    /** It stays in memory for ever, and an agent's key may write as many as it likes. */
    @Test
    void ofAMembershipChangeOnlyItsMembershipOpsAreKept() {
        Op note = new Op.AddNote(new ItemKey(1, 2), "n".repeat(16_000));
        Op.Access settle = new Op.SettleFork(DEVICE, 9, List.of());
        Op later = new Op.Unknown(8, Octets.of(new byte[] {(byte) 0x81, 8}));
        Op.Access rules = new Op.SetRules(2);
        Header header =
                new Header(
                        1,
                        ChangeId.ZERO,
                        DEVICE,
                        7,
                        1,
                        null,
                        List.of(),
                        3,
                        0,
                        ChangeId.ZERO,
                        0,
                        ChangeId.ZERO);
        Change change =
                new Change(
                        ChangeId.ZERO,
                        header,
                        new Actor.User("u"),
                        List.of(note, settle, later, rules),
                        new byte[20_000]);
        AccessChange kept = AccessChange.of(new Place(0, 1), change);
        assertEquals(List.of(new AccessOp(1, settle), new AccessOp(3, rules)), kept.ops());
        assertEquals(rules, kept.op(3));
        assertNull(kept.op(0));
        assertNull(kept.op(2));
        assertEquals(3, kept.lamport());
        assertEquals(DEVICE, kept.device());
    }
}
