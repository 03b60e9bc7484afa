package dev.musher.node.http;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.pipeline.Item;
import dev.musher.node.replica.Counters;
import dev.musher.node.replica.EventPage;
import dev.musher.node.replica.HistoryEntry;
import dev.musher.node.replica.Published;
import dev.musher.node.replica.VoidOp;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Names;
import dev.musher.protocol.json.Outcome;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What the HTTP interface needs of a node. Thread safe. */
public interface Backend {

    /** What was built. */
    Build build();

    /** What is on disk. Does not block. */
    Published published();

    /** Calls {@code published} after each change of {@link #published}; it must return at once. */
    void onPublish(Runnable published);

    /** Does not call {@code published} any more. */
    void forget(Runnable published);

    /** What things are called in a state. Does not block. */
    Names names(Published state);

    /** What a reference means in a state. Does not block. */
    Meant meant(Published state, String reference, boolean deletedToo);

    /**
     * Hands commands in, to be written in their order. Does not block. The outcomes come once what
     * was done is on disk, as many as commands, on any thread; a failure means that nobody knows.
     *
     * @param idempotencyKey the same key again is given the first outcomes; null for none
     */
    CompletionStage<List<Outcome>> submit(
            Actor actor, List<Command> commands, @Nullable String idempotencyKey);

    /**
     * Makes an invite that can be used once; what is told is the link. Does not block.
     *
     * @param expiresMs clock from which on the new key is revoked, ms since 1970; null for never
     */
    CompletionStage<Told> invite(Role role, String label, @Nullable Long expiresMs);

    /** Keeps dialling an address from now on. Does not block. */
    CompletionStage<Told> addPeer(String address);

    /** Stops dialling an address. Does not block. */
    CompletionStage<Told> removePeer(String address);

    /** Takes all links to peers down and makes none, or lets them be made again. Does not block. */
    CompletionStage<Told> offline(boolean offline);

    /**
     * Makes a change for a key that is not this node's, to be signed where that key is; what is
     * told is its bytes, in hexadecimal digits. Writes nothing. Does not block.
     */
    CompletionStage<Told> draft(DeviceId author, Actor actor, Command.OnMembers command);

    /** Takes a change that was signed elsewhere, as if a peer had sent it. Does not block. */
    CompletionStage<Told> signed(Signed change);

    /**
     * Gives this device a new key, which the old one adds; what is told is what is left to do.
     * Writes two small files.
     */
    CompletionStage<Told> rotate();

    /** Writes checkpoints over all that is replaced; tells JSON. Takes long at first. */
    CompletionStage<Told> checkpoint(Actor actor);

    /**
     * Lists checkpoints; tells JSON. Does not block.
     *
     * @param idleMs a device that wrote nothing for so long is not waited for
     */
    CompletionStage<Told> checkpoints(long idleMs);

    /**
     * Drops replaced texts, some hundred in one call, or says which; tells JSON. Does not block.
     *
     * @param from outlines that earlier calls looked at
     */
    CompletionStage<Told> compact(boolean dryRun, long idleMs, long keepMs, int from);

    /**
     * Gives back the room of what was dropped, and tells how many bytes the store takes. Works on
     * the disk, and takes long.
     */
    long shrink();

    /** Signed changes after the first {@code after} that arrived here. May read the disk. */
    List<Signed> exported(long after, int max);

    /**
     * Writes a backup of this home to a folder that is empty or not there yet. Reads and writes the
     * disk, and takes long.
     */
    Told backup(Path folder);

    /** What was counted since the process began. Does not block. */
    Counters counters();

    /** Changes after a cursor in order of arrival. May read the disk. */
    EventPage events(String cursor, int max);

    /** A change by its id, or null. May read the disk. */
    @Nullable Change change(ChangeId id);

    /** Every op on an item in the order of merging, void ones too. May read the disk. */
    List<HistoryEntry> history(ItemKey key);

    /** The items as they were at a moment, ms since 1970 UTC. May read the disk, and takes long. */
    Collection<Item> past(long wallMs);

    /** Ops that do not count. Does not block. */
    CompletionStage<List<VoidOp>> voided();

    /**
     * A build.
     *
     * @param commit of the source it was made from
     */
    record Build(String version, String commit) {}

    /** What a reference means. */
    sealed interface Meant {
        /** One item. */
        record Found(Item item) implements Meant {}

        /** None, or several. */
        record Not(Outcome.Refused refused) implements Meant {}
    }

    /** The answer to what is neither read nor written. */
    sealed interface Told {
        /** It is so. */
        record Done(String text) implements Told {}

        /** It is not. */
        record Not(Outcome.Refused refused) implements Told {}
    }
}
