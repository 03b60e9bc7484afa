package dev.musher.protocol.sync;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.protocol.codec.Signed;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What sync asks of a project. Implemented over the project and its store, and in memory by tests.
 * Called on the thread that owns the project only; answers are of that moment.
 *
 * <p>Everything here is about <em>durable</em> changes, except {@link #has}: a peer is told of a
 * change, and is sent one, only after it is on disk.
 */
public interface SyncView {

    /** Id of the project, known before its first change is (a newcomer has it from the invite). */
    ChangeId project();

    /** What two nodes compare to see that they agree. Cheap: asked for with every probe. */
    Status status();

    /** How many branches there are; they are numbered from 0, and the count only grows. */
    int branches();

    /**
     * The last change of a branch that peers are told of: that is live, or shows why an epoch acts
     * as cut; {@code 0 <= branch < branches()}. Cheap: asked often.
     */
    ChainHead head(int branch);

    /** Up to which seq a branch is here, told of or not. Cheap: from memory. */
    int durable(int branch);

    /** Lamport value of a change; {@code start <= seq <= durable(branch)}. Cheap: from memory. */
    long lamport(int branch, int seq);

    /** Id of a change; {@code start <= seq <= durable(branch)}. May read the store. */
    ChangeId id(int branch, int seq);

    /**
     * Whether the change needs not be looked at again: it is durable, or admitted and on its way to
     * the disk. Asked before anything is verified, so cheap.
     */
    boolean has(ChangeId id);

    /**
     * The changes of a branch from {@code seq} on, up to and with the first that has a kept
     * signature; empty when {@code seq} is beyond the head. As signatures are kept, that is at most
     * 64 changes and 320 KiB. It ends without a signature where the head does, because the change
     * that carries it waits for a dependency; such a run is not sent. Reads the store (one scan),
     * unless they are in memory still.
     */
    List<Stored> run(int branch, int seq);

    /** Whether the device is a member, of any role, whose word counts now. */
    boolean member(DeviceId device);

    /**
     * Whether the device was a member and a cut that counts names it: not what {@link #member} says
     * of a stranger, whom an introduction may make known.
     */
    boolean revoked(DeviceId device);

    /** Whether the device is a member that may add members (owner or member). */
    boolean mayAdd(DeviceId device);

    /** Whether the device is an owner now, and no cut names it. */
    boolean owner(DeviceId device);

    /**
     * A checkpoint that counts and vouches for the outline of a change, last, and before it what
     * shows that an owner wrote it, from the genesis on. Each is signed for itself. Empty where no
     * such checkpoint is durable here. Reads the store.
     */
    List<Signed> vouching(ChangeId change);

    /**
     * The highest protocol level this device ever showed here, 0 if never: {@link
     * SessionEvent.Established} tells it, the caller keeps it.
     */
    int levelSeen(DeviceId device);

    /**
     * The node of the state trie at a path of nibbles (each 0..15), or null where there is none.
     */
    @Nullable TrieNode trie(byte[] path);
}
