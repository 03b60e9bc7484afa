package dev.musher.node.replica;

import dev.musher.node.store.Batch;
import dev.musher.protocol.json.Outcome;
import dev.musher.protocol.sync.Fingerprint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link Replica} wants done, in the order given. The driver performs it. */
public sealed interface Effect {

    /**
     * Bring a batch to disk and answer with {@link Input.Committed} or {@link Input.CommitFailed}.
     * There is at most one unanswered.
     */
    record Commit(long batch, Batch rows) implements Effect {}

    /** Send one binary message; not copied. */
    record Send(long link, byte[] bytes) implements Effect {}

    /** Close a socket; answered with {@link Input.Closed}. */
    record Close(long link, String why) implements Effect {}

    /**
     * The other side of a link has proved who it is: bounds for strangers hold for it no longer.
     */
    record Trusted(long link) implements Effect {}

    /**
     * Open a peer socket; answered with {@link Input.Connected} or {@link Input.DialFailed}, with
     * the same address.
     *
     * @param certificate the only one that may answer, at the first contact by an invite; null for
     *     any, since the handshake proves who it is
     */
    record Dial(String address, @Nullable Fingerprint certificate) implements Effect {
        /** Where any certificate may answer. */
        public Dial(String address) {
            this(address, null);
        }
    }

    /** The outcomes of a {@link Input.Submit}, one for each command, in their order. */
    record Reply(long ticket, List<Outcome> outcomes) implements Effect {
        /** Copies the list. */
        public Reply {
            outcomes = List.copyOf(outcomes);
        }
    }

    /**
     * The answer to the other inputs with a ticket.
     *
     * @param code empty when it was done, else the stable code of a problem
     * @param text what was asked for, or what was wrong
     */
    record Answer(long ticket, String code, String text) implements Effect {}

    /** The answer to {@link Input.ListVoid}: at most 10,000, by item. */
    record VoidList(long ticket, List<VoidOp> ops) implements Effect {
        /** Copies the list. */
        public VoidList {
            ops = List.copyOf(ops);
        }
    }

    /** Show this to readers from now on. */
    record Publish(Published published, List<Arrival> arrivals) implements Effect {
        /** Copies the list. */
        public Publish {
            arrivals = List.copyOf(arrivals);
        }
    }

    /** Tell people: something is wrong that the mesh cannot mend by itself. */
    record Alarm(String code, String text) implements Effect {}

    /** End the process: going on could break a promise. What was acknowledged is on disk. */
    record Stop(String why) implements Effect {}
}
