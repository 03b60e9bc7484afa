package dev.musher.node;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.Signature;
import dev.musher.crdt.pipeline.Item;
import dev.musher.node.http.Backend;
import dev.musher.node.replica.Counters;
import dev.musher.node.replica.EventPage;
import dev.musher.node.replica.HistoryEntry;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.MemberView;
import dev.musher.node.replica.Published;
import dev.musher.node.replica.Queries;
import dev.musher.node.replica.Resolved;
import dev.musher.node.replica.VoidOp;
import dev.musher.node.store.RocksStore;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Domain;
import dev.musher.protocol.crypto.Ed25519Verifier;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Names;
import dev.musher.protocol.json.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the HTTP interface asks, answered by the driver. Thread safe. */
final class NodeBackend implements Backend {

    private final Driver driver;
    private final Release release = Release.current();
    private final Home home;
    private final RocksStore store;

    NodeBackend(Driver driver, Home home, RocksStore store) {
        this.driver = driver;
        this.home = home;
        this.store = store;
    }

    @Override
    public Build build() {
        return new Build(release.version(), release.commit());
    }

    @Override
    public Published published() {
        return driver.published();
    }

    @Override
    public void onPublish(Runnable published) {
        driver.onPublish(published);
    }

    @Override
    public void forget(Runnable published) {
        driver.forget(published);
    }

    @Override
    public Names names(Published state) {
        return new Names() {
            @Override
            public String reference(ItemKey key) {
                Item item = state.items().get(key);
                return item == null ? key.shortId() : Queries.display(state, item);
            }

            @Override
            public String title(ItemKey key) {
                Item item = state.items().get(key);
                return item == null || item.deleted() ? "" : item.name();
            }

            @Override
            public String device(DeviceId device) {
                for (MemberView member : state.members()) {
                    if (member.device().equals(device) && !member.label().isEmpty()) {
                        return member.label();
                    }
                }
                return device.shortText();
            }
        };
    }

    @Override
    public Meant meant(Published state, String reference, boolean deletedToo) {
        return switch (Queries.resolve(state, reference, deletedToo)) {
            case Resolved.Found found -> new Meant.Found(found.item());
            case Resolved.Not not -> new Meant.Not(not.refusal());
        };
    }

    @Override
    public CompletionStage<List<Outcome>> submit(
            Actor actor, List<Command> commands, @Nullable String idempotencyKey) {
        return driver.submit(actor, commands, idempotencyKey);
    }

    @Override
    public CompletionStage<Told> invite(Role role, String label, @Nullable Long expiresMs) {
        return told(driver.invite(role, label, expiresMs));
    }

    @Override
    public CompletionStage<Told> addPeer(String address) {
        return told(driver.addPeer(address));
    }

    @Override
    public CompletionStage<Told> removePeer(String address) {
        return told(driver.removePeer(address));
    }

    @Override
    public CompletionStage<Told> offline(boolean offline) {
        return told(driver.offline(offline));
    }

    @Override
    public CompletionStage<Told> draft(DeviceId author, Actor actor, Command.OnMembers command) {
        return told(driver.draft(author, actor, command));
    }

    @Override
    public CompletionStage<Told> signed(Signed change) {
        Signature signature = change.signature();
        boolean good =
                signature != null
                        && new Ed25519Verifier()
                                .verify(
                                        Domain.CHANGE,
                                        change.change().device().bytes(),
                                        change.change().id().bytes(),
                                        signature.bytes());
        if (!good) {
            return CompletableFuture.completedFuture(
                    new Told.Not(
                            Outcome.Refused.of(
                                    Code.INVALID, "the signature is not of the change's author")));
        }
        return told(driver.signed(change))
                .thenApply(told ->
                        told instanceof Told.Done done && !done.text().isEmpty()
                                ? new Told.Not(Outcome.Refused.of(Code.NOT_ALLOWED, done.text()))
                                : told);
    }

    @Override
    public CompletionStage<Told> rotate() {
        return told(KeyRotation.rotate(home, driver));
    }

    @Override
    public List<Signed> exported(long after, int max) {
        return driver.queries().exported(after, max);
    }

    @Override
    public CompletionStage<Told> checkpoint(Actor actor) {
        List<Op.Vouched> outlines = driver.queries().replaced();
        return told(driver.told(ticket -> new Input.Checkpoint(ticket, actor, outlines)));
    }

    @Override
    public CompletionStage<Told> checkpoints(long idleMs) {
        return told(driver.told(ticket -> new Input.ListCheckpoints(ticket, idleMs)));
    }

    @Override
    public CompletionStage<Told> compact(boolean dryRun, long idleMs, long keepMs, int from) {
        return told(driver.told(ticket -> new Input.Compact(ticket, dryRun, idleMs, keepMs, from)));
    }

    @Override
    public long shrink() {
        store.compact();
        try (Stream<Path> files = Files.walk(home.store())) {
            return files.filter(NodeBackend::isOfHistory).mapToLong(NodeBackend::bytes).sum();
        } catch (IOException e) {
            throw new UncheckedIOException("the store's folder cannot be read", e);
        }
    }

    /** Tables and the log: neither the reserve for a full disk nor what RocksDB tells of itself. */
    private static boolean isOfHistory(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".sst") || name.endsWith(".log");
    }

    /** Of a file that may go at any moment: the store drops what it does not need. */
    private static long bytes(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public Told backup(Path folder) {
        try {
            HomeBackup.create(home.folder(), store, folder);
            return new Told.Done(folder.toString());
        } catch (HomeException e) {
            return new Told.Not(Outcome.Refused.of(Code.CONFLICT, String.valueOf(e.getMessage())));
        }
    }

    @Override
    public Counters counters() {
        return driver.counters();
    }

    @Override
    public EventPage events(String cursor, int max) {
        return driver.queries().events(cursor, max);
    }

    @Override
    public @Nullable Change change(ChangeId id) {
        return driver.queries().change(id);
    }

    @Override
    public List<HistoryEntry> history(ItemKey key) {
        return driver.queries().history(key);
    }

    @Override
    public Collection<Item> past(long wallMs) {
        return driver.queries().past(wallMs);
    }

    @Override
    public CompletionStage<List<VoidOp>> voided() {
        return driver.voided();
    }

    private static CompletionStage<Told> told(CompletionStage<Driver.Told> answer) {
        return answer.thenApply(told ->
                told.code().isEmpty()
                        ? new Told.Done(told.text())
                        : new Told.Not(
                                Outcome.Refused.of(
                                        Code.valueOf(told.code().toUpperCase(Locale.ROOT)),
                                        told.text())));
    }
}
