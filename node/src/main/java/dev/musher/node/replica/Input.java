package dev.musher.node.replica;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Role;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Signer;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.sync.Fingerprint;
import dev.musher.protocol.sync.OpenedFrame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can happen to a {@link Replica}. A link is a number that the driver gives to one socket and
 * never gives again; a ticket is a number that the driver gives to one waiting caller.
 */
public sealed interface Input {

    /**
     * A peer socket is open.
     *
     * @param outgoing whether this node dialled
     * @param address where the other side is: the dialled address, or the remote host and port
     * @param nonce 32 fresh random bytes for the handshake; not kept elsewhere
     * @param channel the fingerprint of the certificate under which the accepter answers, as this
     *     end sees it; empty where there is no TLS
     */
    record Connected(long link, boolean outgoing, String address, byte[] nonce, String channel)
            implements Input {
        /** A socket without TLS. */
        public Connected(long link, boolean outgoing, String address, byte[] nonce) {
            this(link, outgoing, address, nonce, "");
        }
    }

    /**
     * One whole binary message. The array belongs to the replica from now on.
     *
     * @param opened what an opener of {@link Replica#opener} made of the same bytes, if it was
     *     asked; null leaves the work to the replica
     */
    record Frame(long link, byte[] bytes, @Nullable OpenedFrame opened) implements Input {
        /** A message that nobody has looked at. */
        public Frame(long link, byte[] bytes) {
            this(link, bytes, null);
        }
    }

    /**
     * One {@link Effect.Send} has left and the socket can take another: exactly one for each send,
     * in their order. Until then the send counts against the bound of the link.
     */
    record Sent(long link) implements Input {}

    /** A socket is gone. */
    record Closed(long link, String why) implements Input {}

    /** A dial that came to nothing. */
    record DialFailed(String address, String why) implements Input {}

    /**
     * Commands of one caller; answered with {@link Effect.Reply}.
     *
     * @param actor taken from the caller's token, never from the request
     * @param idempotencyKey at most 200 characters; the same key again is given the first outcomes
     */
    record Submit(long ticket, Actor actor, List<Command> commands, @Nullable String idempotencyKey)
            implements Input {
        /** Copies the list. */
        public Submit {
            commands = List.copyOf(commands);
        }
    }

    /**
     * Makes an invite; answered with {@link Effect.Answer} whose text is the link to hand over.
     *
     * @param label what the new device is called where it does not say itself
     * @param expiresMs clock from which on the new device's key is revoked, ms since 1970; null for
     *     never
     */
    record MakeInvite(long ticket, Role role, String label, @Nullable Long expiresMs)
            implements Input {
        /** For a key that never expires. */
        public MakeInvite(long ticket, Role role, String label) {
            this(ticket, role, label, null);
        }
    }

    /** Keeps dialling an address from now on; answered with {@link Effect.Answer}. */
    record AddPeer(long ticket, String address) implements Input {}

    /**
     * Stops dialling an address and closes what is open to it; answered with {@link Effect.Answer}.
     */
    record RemovePeer(long ticket, String address) implements Input {}

    /**
     * Takes all links to peers down and makes none until told otherwise or started again; answered
     * with {@link Effect.Answer}.
     */
    record Offline(long ticket, boolean offline) implements Input {}

    /**
     * Makes a change for a key that is not this node's, which its holder signs elsewhere; answered
     * with {@link Effect.Answer}, whose text is the bytes of the change in hexadecimal digits.
     * Nothing is written.
     *
     * @param author the key that will sign
     */
    record Draft(long ticket, DeviceId author, Actor actor, Command.OnMembers command)
            implements Input {}

    /**
     * Takes changes of an export in their order, their authors proved already; answered with {@link
     * Effect.Answer}, whose text is the first refusal, empty where there was none.
     */
    record Restore(long ticket, List<Signed> changes) implements Input {
        /** Copies the list. */
        public Restore {
            changes = List.copyOf(changes);
        }
    }

    /** The batch is on disk. */
    record Committed(long batch) implements Input {}

    /**
     * The batch is not on disk, or it is unknown whether it is.
     *
     * @param full whether the disk was full: nothing of the batch was written, and the same batch
     *     may be tried again. Otherwise the outcome is unknown and the process must stop
     */
    record CommitFailed(long batch, boolean full, String why) implements Input {}

    /** Time has passed: every 50 ms, or later when the thread was busy. */
    record Tick() implements Input {}

    /**
     * Where this node takes peer sockets: told to peers and put into invites. Said again when the
     * certificate is another.
     *
     * @param addresses each a {@link dev.musher.protocol.sync.PeerAddress}, the best first
     * @param certificate what it shows there; null without TLS
     */
    record Listening(List<String> addresses, @Nullable Fingerprint certificate) implements Input {
        /** Copies the list. */
        public Listening {
            addresses = List.copyOf(addresses);
        }

        /** One address without TLS. */
        public Listening(String address) {
            this(List.of(address), null);
        }
    }

    /**
     * Goes on with another key: this device's key adds it and ends itself; the new one signs for
     * itself. Answered with {@link Effect.Answer} when that is on disk.
     */
    record Rotate(long ticket, Signer next) implements Input {}

    /**
     * Writes checkpoints; answered with {@link Effect.Answer}, whose text is JSON.
     *
     * @param outlines to vouch for where no checkpoint that counts does: ascending by id
     */
    record Checkpoint(long ticket, Actor actor, List<Op.Vouched> outlines) implements Input {
        /** Copies the list. */
        public Checkpoint {
            outlines = List.copyOf(outlines);
        }
    }

    /**
     * Lists checkpoints; answered with {@link Effect.Answer}, whose text is JSON.
     *
     * @param idleMs a device that wrote nothing for so long is not waited for
     */
    record ListCheckpoints(long ticket, long idleMs) implements Input {}

    /**
     * Drops replaced texts, or says which would be; answered with {@link Effect.Answer}, whose text
     * is JSON, when that is on disk.
     *
     * @param idleMs a device that wrote nothing for so long is not waited for
     * @param keepMs texts that a checkpoint vouches for since then only are kept
     * @param from outlines that earlier calls looked at, 0 at first
     */
    record Compact(long ticket, boolean dryRun, long idleMs, long keepMs, int from)
            implements Input {}

    /** Lists what does not count; answered with {@link Effect.VoidList}. */
    record ListVoid(long ticket) implements Input {}

    /** The process is about to end: peers are told. Submissions are still taken until it does. */
    record Stop() implements Input {}
}
