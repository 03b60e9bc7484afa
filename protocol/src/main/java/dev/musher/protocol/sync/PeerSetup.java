package dev.musher.protocol.sync;

import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.DeviceId;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.codec.SignedCodec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session is started with.
 *
 * @param outgoing whether this node dialled
 * @param nonce fresh and random for this socket
 * @param channel the {@link Fingerprint} of the certificate under which the accepter answers, as
 *     text: each end's own sight of it; empty where there is no TLS
 * @param introduction changes that show how this device became a member, from one by a member known
 *     for longer down to its own add; may be empty; at most 16, 48 KiB
 * @param addresses where this node can be reached (empty text where it cannot), then others it
 *     knows; at most 16, or none
 * @param expected the key that must answer, or null for any member; held a member for this socket,
 *     since a newcomer knows nobody
 * @param invite what a newcomer redeems at {@code expected}, or null
 * @param label what a newcomer calls itself
 */
public record PeerSetup(
        boolean outgoing,
        Nonce nonce,
        String channel,
        List<Signed> introduction,
        List<String> addresses,
        @Nullable DeviceId expected,
        @Nullable Invite invite,
        String label) {

    /** Changes of an introduction. */
    public static final int INTRODUCTION_CHANGES = Frames.INTRODUCTION_CHANGES;

    /** Copies the lists. */
    public PeerSetup {
        introduction = List.copyOf(introduction);
        addresses = List.copyOf(addresses);
    }

    /** A socket that this node made. */
    public static PeerSetup dialled(Nonce nonce) {
        return new PeerSetup(true, nonce, "", List.of(), List.of(), null, null, "");
    }

    /** A socket that was made to this node. */
    public static PeerSetup accepted(Nonce nonce) {
        return new PeerSetup(false, nonce, "", List.of(), List.of(), null, null, "");
    }

    /**
     * As many of the latest changes of an introduction as may be shown: at most {@value
     * #INTRODUCTION_CHANGES}, and so many bytes. Each key that a device went on with made it one
     * longer, and whoever knows the keys of before needs the last ones only.
     */
    public static List<Signed> shown(List<Signed> introduction) {
        int from = introduction.size();
        int bytes = 0;
        while (from > 0 && introduction.size() - from < INTRODUCTION_CHANGES) {
            CborWriter one = new CborWriter();
            SignedCodec.write(one, introduction.get(from - 1));
            bytes += one.toBytes().length;
            if (bytes > Frames.INTRODUCTION_BYTES) {
                break;
            }
            from--;
        }
        return List.copyOf(introduction.subList(from, introduction.size()));
    }

    /** The same with an introduction, of which is shown what {@link #shown} says. */
    public PeerSetup introducedBy(List<Signed> changes) {
        return new PeerSetup(
                outgoing, nonce, channel, shown(changes), addresses, expected, invite, label);
    }

    /** The same with addresses to tell. */
    public PeerSetup telling(List<String> known) {
        return new PeerSetup(
                outgoing, nonce, channel, introduction, known, expected, invite, label);
    }

    /** The same, bound to a channel. */
    public PeerSetup over(String binding) {
        return new PeerSetup(
                outgoing, nonce, binding, introduction, addresses, expected, invite, label);
    }

    /** The same, to be answered by one device only. */
    public PeerSetup expecting(DeviceId device) {
        return new PeerSetup(
                outgoing, nonce, channel, introduction, addresses, device, invite, label);
    }

    /** The same, redeeming an invite at the device that made it. */
    public PeerSetup redeeming(Invite held, String called) {
        return new PeerSetup(
                outgoing, nonce, channel, introduction, addresses, held.inviter(), held, called);
    }
}
