package dev.musher.node;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Op;
import dev.musher.node.replica.Effect;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.Published;
import dev.musher.node.replica.Replica;
import dev.musher.node.replica.Setup;
import dev.musher.node.store.RocksStore;
import dev.musher.node.store.StoreException;
import dev.musher.node.store.StoreOptions;
import dev.musher.protocol.codec.Covered;
import dev.musher.protocol.codec.RunVerifier;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.codec.Verified;
import dev.musher.protocol.crypto.Ed25519Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes a home of an export: every change is verified and admitted as if a peer had sent it, so
 * that an export need not be trusted. The home has a device of its own, which is no member until
 * somebody invites it. Not thread safe; used once.
 */
public final class HomeRestore {

    /** Changes verified together: a signature covers up to 64 before it. */
    private static final int CHUNK = 4_000;

    private static final int SETTLING_TICKS = 1_000;

    private final RocksStore store;
    private final Replica replica;
    private final RunVerifier verifier = new RunVerifier(new Ed25519Verifier());
    private @Nullable Published published;
    private String refusal = "";

    /** Changes of which only the outline came, and no checkpoint yet that vouches for it. */
    private final SortedSet<ChangeId> unvouched = new TreeSet<>();

    private HomeRestore(RocksStore store, Replica replica) {
        this.store = store;
        this.replica = replica;
    }

    /**
     * Restores.
     *
     * @param home a folder that is empty, not there, or has belonged to no project yet
     * @param changes in the order of the export
     * @return the state, with its digest
     * @throws HomeException where the home is in use or taken, or the export does not hold: nothing
     *     of it is kept then
     */
    public static Published into(Path home, Iterator<Signed> changes) {
        if (!changes.hasNext()) {
            throw new HomeException("the export is empty");
        }
        Signed genesis = changes.next();
        Home held = Home.open(home);
        StoreSwap swap = new StoreSwap(held.folder());
        boolean done = false;
        try {
            requireNoProject(held);
            // Under another name until it is whole: a kill leaves nothing that looks like a
            // project.
            StoreSwap.delete(swap.fresh());
            Published out;
            try (RocksStore store = RocksStore.open(swap.fresh(), StoreOptions.defaults())) {
                out = restore(held, store, genesis, changes);
            }
            StoreSwap.delete(held.store());
            swap.place();
            done = true;
            held.remember(genesis.change().id());
            held.used();
            return out;
        } catch (StoreException | Malformed | IOException e) {
            throw new HomeException("the export was not restored: " + e.getMessage(), e);
        } finally {
            if (!done) {
                delete(swap.fresh());
            }
            held.close();
        }
    }

    private static void requireNoProject(Home held) {
        if (!Files.exists(held.store())) {
            return;
        }
        try (RocksStore store = RocksStore.open(held.store(), StoreOptions.defaults())) {
            if (Replica.belongs(store)) {
                throw new HomeException(
                        held.folder() + " belongs to a project already: restore to another --home");
            }
        }
    }

    /**
     * Makes all derived rows of a stopped home anew, from its changes alone: verified, admitted and
     * folded once more into a store beside the old one, which it then replaces. What is not derived
     * (settings of peers, invites, remembered keys) is carried over.
     *
     * @return the state, with its digest
     * @throws HomeException where the home is in use, holds no project, or its changes do not hold:
     *     the old store stays as it was then
     */
    public static Published rebuild(Path home) {
        Home held = Home.open(home);
        StoreSwap swap = new StoreSwap(held.folder());
        boolean done = false;
        try {
            Published out;
            try (RocksStore from = RocksStore.open(held.store(), StoreOptions.defaults())) {
                swap.clean(from);
                KeyRotation.resume(held, from);
                try (RocksStore to = RocksStore.open(swap.fresh(), StoreOptions.defaults())) {
                    out = restore(held, to, changes(held, from));
                    to.commit(Replica.kept(from));
                }
            }
            done = true;
            swap.swap();
            return out;
        } catch (StoreException | Malformed | IOException e) {
            throw new HomeException("the home was not rebuilt: " + e.getMessage(), e);
        } finally {
            if (!done) {
                delete(swap.fresh());
            }
            held.close();
        }
    }

    private static Iterator<Signed> changes(Home home, RocksStore store) {
        if (!Replica.belongs(store)) {
            throw new HomeException(
                    home.folder() + " belongs to no project: there is nothing to rebuild");
        }
        return new Iterator<>() {
            private List<Signed> page = List.of();
            private int at;
            private long after;

            @Override
            public boolean hasNext() {
                if (at == page.size()) {
                    page = Replica.exported(store, after, CHUNK);
                    after += page.size();
                    at = 0;
                }
                return at < page.size();
            }

            @Override
            public Signed next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return page.get(at++);
            }
        };
    }

    static Published restore(Home home, RocksStore store, Iterator<Signed> changes) {
        return restore(home, store, changes.next(), changes);
    }

    private static Published restore(
            Home home, RocksStore store, Signed genesis, Iterator<Signed> changes) {
        ChangeId project = genesis.change().id();
        store.commit(Replica.belonging(project));
        Replica replica =
                Replica.open(
                        // Nobody waits for this one: what flips is folded again at once.
                        Setup.joining("restored", home.stamp(), null)
                                .foldingAtOnce(Integer.MAX_VALUE),
                        store,
                        store.id(),
                        home.signer(),
                        new Ed25519Verifier(),
                        new SecureRandom(),
                        System.currentTimeMillis());
        HomeRestore restore = new HomeRestore(store, replica);
        restore.perform(replica.start(System.currentTimeMillis(), restore.nowMs()));
        long read = restore.feed(genesis, changes);
        return restore.settled(read);
    }

    private long feed(Signed genesis, Iterator<Signed> changes) {
        Deque<Signed> waiting = new ArrayDeque<>();
        waiting.add(genesis);
        long read = 1;
        while (true) {
            // So many more, whatever waits: else that alone could fill a chunk for ever.
            for (int i = 0; i < CHUNK && changes.hasNext(); i++) {
                waiting.add(changes.next());
                read++;
            }
            List<Signed> chunk = covered(waiting, !changes.hasNext());
            if (chunk.isEmpty() && !changes.hasNext()) {
                return read;
            }
            Verified verified = verifier.verify(chunk);
            if (verified.refusal() != null) {
                throw new HomeException("the export was not restored: " + verified.refusal());
            }
            give(new Input.Restore(0, verified.accepted()));
            if (!refusal.isEmpty()) {
                throw new HomeException("the export was not restored: " + refusal);
            }
            verified.accepted().forEach(each -> vouched(each.change()));
        }
    }

    /**
     * Takes what can be verified by itself: of each chain all up to its last signature. The rest
     * waits for the signature that covers it; at the end, or where it is too much, there must be
     * none.
     */
    private static List<Signed> covered(Deque<Signed> waiting, boolean last) {
        List<Signed> all = new ArrayList<>(waiting);
        waiting.clear();
        if (last || all.size() > Covered.WAITING_MAX) {
            return all;
        }
        boolean[] ready = Covered.of(all);
        List<Signed> out = new ArrayList<>();
        for (int i = 0; i < ready.length; i++) {
            if (ready[i]) {
                out.add(all.get(i));
            } else {
                waiting.add(all.get(i));
            }
        }
        return out;
    }

    /**
     * An outline needs an owner's word that is admitted, which refuses another hash than that of
     * the outline; else whoever wrote the file could put words into an author's mouth.
     */
    private void vouched(Change change) {
        if (change.isOutline()) {
            unvouched.add(change.id());
        }
        for (Op op : change.ops()) {
            if (op instanceof Op.Checkpoint checkpoint) {
                checkpoint.outlines().forEach(each -> unvouched.remove(each.change()));
            }
        }
    }

    private Published settled(long read) {
        if (!unvouched.isEmpty()) {
            throw new HomeException(
                    "the export was not restored: of change "
                            + unvouched.first().hex()
                            + " it holds the outline only, for which no checkpoint vouches");
        }
        for (int i = 0; i < SETTLING_TICKS; i++) {
            Published now = published;
            if (now != null && !now.digest().isEmpty() && now.changes() >= read) {
                return now;
            }
            give(new Input.Tick());
        }
        long there = published == null ? 0 : published.changes();
        throw new HomeException(
                "the export is not whole: of its "
                        + read
                        + " changes "
                        + there
                        + " could be taken");
    }

    private void give(Input input) {
        perform(replica.receive(input, System.currentTimeMillis(), nowMs()));
    }

    private void perform(List<Effect> effects) {
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Commit commit -> {
                    store.commit(commit.rows());
                    give(new Input.Committed(commit.batch()));
                }
                case Effect.Publish publish -> published = publish.published();
                case Effect.Answer answer -> refusal = answer.text();
                case Effect.Alarm alarm ->
                        throw new HomeException("the export was not restored: " + alarm.text());
                case Effect.Stop stop ->
                        throw new HomeException("the export was not restored: " + stop.why());
                case Effect.Send e -> {}
                case Effect.Close e -> {}
                case Effect.Trusted e -> {}
                case Effect.Dial e -> {}
                case Effect.Reply e -> {}
                case Effect.VoidList e -> {}
            }
        }
    }

    private long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private static void delete(Path folder) {
        try {
            StoreSwap.delete(folder);
        } catch (IOException e) {
            throw new HomeException(folder + " is unfinished and cannot be deleted: " + e, e);
        }
    }
}
