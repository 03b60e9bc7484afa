package dev.musher.protocol.sync;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Octets;
import dev.musher.crdt.change.Signature;
import dev.musher.protocol.codec.Signed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One message between two peers, decoded. {@link FrameCodec} has the bytes. */
sealed interface Frame {

    /**
     * The first frame of either side.
     *
     * @param level the highest protocol level spoken
     * @param least the lowest
     * @param key the sender's key under the pad of {@link Mask}
     */
    record Hello(int level, int least, Nonce nonce, Octets key) implements Frame {}

    /**
     * The second frame of either side.
     *
     * @param signature over the transcript
     * @param hidden {@link ProofPart} under the pad of {@link Mask}
     */
    record Proof(Signature signature, Octets hidden) implements Frame {}

    /** The changes that added a newcomer. */
    record Welcome(List<Signed> introduction) implements Frame {
        public Welcome {
            introduction = List.copyOf(introduction);
        }
    }

    /** Where nodes can be reached. */
    record Addresses(List<String> addresses) implements Frame {
        public Addresses {
            addresses = List.copyOf(addresses);
        }
    }

    /** The sender's last frame. */
    record End(int code, String text) implements Frame {}

    /**
     * What is to be compared.
     *
     * @param asks whether an answer is wanted
     */
    record Probe(Status status, boolean asks) implements Frame {}

    /** Place of a vector in an exchange; the order is the number on the wire. */
    enum Step {
        /** All heads of the side that begins. */
        OPEN,
        /** All heads of the other side. */
        ANSWER,
        /** The first side's last word. */
        CLOSE,
        /** Answers samples. */
        MATCH,
        /** Heads that moved, outside of an exchange. */
        NEWS
    }

    /**
     * What the sender has.
     *
     * @param more further parts of this vector follow
     * @param wide ids in full
     * @param pushMe the receiver may send what the sender lacks at once, if it is not much
     * @param pushing the sender does so now
     * @param samples changes on the sender's side of a fork, to find where it is
     */
    record Vector(
            Step step,
            boolean more,
            boolean wide,
            boolean pushMe,
            boolean pushing,
            List<Have> haves,
            List<Have> samples)
            implements Frame {
        public Vector {
            haves = List.copyOf(haves);
            samples = List.copyOf(samples);
        }
    }

    /** Chains to send, with what of each is there already. */
    record Want(List<Have> haves) implements Frame {
        public Want {
            haves = List.copyOf(haves);
        }
    }

    /**
     * Changes.
     *
     * @param number 1, 2, ... on this socket
     */
    record Runs(long number, List<Signed> changes) implements Frame {
        public Runs {
            changes = List.copyOf(changes);
        }
    }

    /**
     * A checkpoint, so that outlines it vouches for are taken.
     *
     * @param changes the checkpoint last; before it what shows that an owner wrote it, from the
     *     genesis on
     */
    record Vouch(List<Signed> changes) implements Frame {
        public Vouch {
            changes = List.copyOf(changes);
        }
    }

    /**
     * What was dealt with, and what may come.
     *
     * @param number all frames of runs up to this one are dealt with
     * @param credit bytes of frames of runs, since the socket opened, that will be taken
     */
    record Ack(long number, long credit) implements Frame {}

    /**
     * Nodes of the trie that the sender wants to see.
     *
     * @param paths nibbles, one a byte
     */
    record TrieAsk(List<Octets> paths) implements Frame {
        public TrieAsk {
            paths = List.copyOf(paths);
        }
    }

    /** The nodes asked for, in that order; null where there is none. */
    record TrieTell(List<@Nullable TrieNode> nodes) implements Frame {
        public TrieTell {
            nodes = Collections.unmodifiableList(new ArrayList<>(nodes));
        }
    }

    /** The items whose rows differ. */
    record Differences(List<ItemKey> items, boolean complete) implements Frame {
        public Differences {
            items = List.copyOf(items);
        }
    }

    /**
     * A change that was sent is not admitted here.
     *
     * @param text why, for people
     */
    record Declined(ChangeId change, String text) implements Frame {}

    /** A frame of a later version that may be passed over. */
    record Ignored(int kind) implements Frame {}
}
