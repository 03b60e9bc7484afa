package dev.musher.protocol.sync;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.musher.crdt.change.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("T-D1")
class InviteTest {
    private static final byte[] SECRET =
            HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");

    private final Invite invite =
            new Invite(Scribe.PROJECT, Scribe.device(1), SECRET, List.of("10.0.0.1:7400", "h:1"));

    @Test
    void theTextHoldsAll() {
        Invite read = Invite.parse("  " + invite.text() + "\n");
        assertEquals(invite.project(), read.project());
        assertEquals(invite.inviter(), read.inviter());
        assertEquals(invite.addresses(), read.addresses());
        assertEquals(invite.number(), read.number());
        assertArrayEquals(SECRET, read.secret());
    }

    @Test
    void itMayPinTheCertificateOfTheInviter() {
        assertNull(invite.certificate());
        Fingerprint shown = Fingerprint.of(new byte[] {1});
        Invite pinned =
                new Invite(invite.project(), invite.inviter(), SECRET, List.of("wss://h:1"), shown);
        Invite read = Invite.parse(pinned.text());
        assertEquals(shown, read.certificate());
        assertEquals(List.of("wss://h:1"), read.addresses());
    }

    @Test
    void everyCutAndEveryMistypedLetterIsNoticed() {
        String text = invite.text();
        for (int i = 0; i < text.length(); i++) {
            String cut = text.substring(0, i);
            assertThrows(Malformed.class, () -> Invite.parse(cut));
            char other = text.charAt(i) == 'A' ? 'B' : 'A';
            String typed = text.substring(0, i) + other + text.substring(i + 1);
            assertThrows(Malformed.class, () -> Invite.parse(typed));
        }
        assertThrows(Malformed.class, () -> Invite.parse(text + "!"));
        assertThrows(Malformed.class, () -> Invite.parse(text + "A".repeat(10_000)));
    }

    @Test
    void anInviteToNowhereIsRefused() {
        for (String address : List.of("h:99999", "h", "h:0", "u@h:1")) {
            String text =
                    new Invite(Scribe.PROJECT, Scribe.device(1), SECRET, List.of(address)).text();
            assertThrows(Malformed.class, () -> Invite.parse(text), address);
        }
    }

    @Test
    void theTagIsHmacSha256() throws Exception {
        byte[] transcript = "transcript".getBytes(StandardCharsets.US_ASCII);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
        assertArrayEquals(mac.doFinal(transcript), Invite.tag(SECRET, transcript));
    }
}
