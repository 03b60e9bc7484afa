package dev.musher.node.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.Admission;
import dev.musher.crdt.MemoryHistory;
import dev.musher.crdt.Project;
import dev.musher.crdt.Rules;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.Kept;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Signature;
import dev.musher.crdt.change.Value;
import dev.musher.node.Home;
import dev.musher.node.HomeVerify;
import dev.musher.node.Node;
import dev.musher.node.NodeConfig;
import dev.musher.node.NodeMain;
import dev.musher.node.store.Batch;
import dev.musher.node.store.Reader;
import dev.musher.node.store.RocksStore;
import dev.musher.node.store.StoreOptions;
import dev.musher.node.store.Table;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Domain;
import dev.musher.protocol.crypto.Ed25519Signer;
import dev.musher.protocol.json.Command;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of damage to a history is found and named by its place. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VerificationTest {

    private static final int ITEMS = 300;
    private static final long EPOCH = 77;

    private Path folder;
    private Path home;
    private Ed25519Signer signer;
    private String digest;
    private List<Signed> history;

    /** A node's own history, in runs under one signature. */
    @BeforeAll
    void work(@TempDir Path shared) throws Exception {
        folder = shared;
        home = folder.resolve("home");
        Map<String, String> flags =
                new TreeMap<>(
                        Map.of("home", home.toString(), "http", "127.0.0.1:0", "project", "demo"));
        try (Node node = NodeMain.start(NodeConfig.resolve(flags, Map.of()))) {
            // Each of its own, all at once: so they share their commits and signatures.
            CompletableFuture<?>[] all =
                    IntStream.range(0, ITEMS)
                            .mapToObj(i ->
                                    node.driver()
                                            .submit(
                                                    new Actor.User("ann"),
                                                    List.of(create("item " + i)),
                                                    null)
                                            .toCompletableFuture())
                            .toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(all).get(60, TimeUnit.SECONDS);
            history = node.driver().queries().exported(0, 10_000);
            digest = Objects.requireNonNull(node.published().digest());
        }
        try (Home held = Home.open(home)) {
            signer = held.signer();
        }
        assertTrue(history.size() > ITEMS);
        assertTrue(history.stream().filter(s -> s.signature() == null).count() > ITEMS / 2);
    }

    @AfterAll
    void nothingIsLeftBeside() {
        assertFalse(Files.exists(home.resolve("verifying")));
    }

    @Test
    @Tag("M-02")
    void aSoundHistoryIsWellAndComesToTheDigestOfTheNode() throws Exception {
        Report found = verify(history);
        assertEquals(List.of(), found.problems());
        assertTrue(found.isWell());
        assertEquals(digest, found.digest());
        assertEquals(history.size(), found.applied());
        assertTrue(found.signatures() < ITEMS / 10, "in runs: " + found.signatures());
        Report store = HomeVerify.stopped(home, told -> {});
        assertEquals(List.of(), store.problems());
        assertEquals(digest, store.digest());
        assertTrue(store.rowsCompared());
    }

    @Test
    @Tag("M-02")
    void aFlippedByteOfAChangeIsNamedByItsLine() throws Exception {
        for (int i = 0; i < 40; i++) {
            int at = 3 + i * 7;
            Signed one = history.get(at);
            byte[] bytes = one.change().bytes().clone();
            bytes[(i * 31) % bytes.length] ^= (byte) (1 << i % 8);
            List<Found> lines = lines(history);
            lines.set(at, read("line " + (at + 1), bytes, one.signature(), one.change().id()));
            Report found = Verification.ofExport(lines.iterator(), told -> {});
            assertTrue(
                    found.problems().stream().anyMatch(p -> p.at().equals("line " + (at + 1))),
                    () -> "byte " + at + ": " + found.problems());
        }
    }

    /** A copy that broke off before its first line, or another program's empty answer. */
    @Test
    @Tag("M-02")
    void anEmptyFileIsNotWell() throws Exception {
        Report found = verify(List.of());
        assertFalse(found.isWell());
        assertTrue(only(List.of()).text().contains("no change"), found.problems().toString());
    }

    @Test
    @Tag("M-02")
    void everyFlippedSignatureIsNamedByItsPlace() throws Exception {
        List<Signed> signed = history.stream().filter(s -> s.signature() != null).toList();
        for (Signed one : signed) {
            byte[] bytes = one.signature().bytes();
            bytes[5] ^= 1;
            Report found = verify(replaced(one, new Signed(one.change(), Signature.of(bytes))));
            assertEquals(1, found.problemCount(), found.problems().toString());
            Problem problem = found.problems().getFirst();
            assertEquals(Flaw.SIGNATURE, problem.flaw());
            assertEquals(one.change().header().seq(), problem.seq());
            assertEquals(one.change().id().hex(), problem.id());
            assertEquals(digest, found.digest(), "the rest is judged as it is");
        }
    }

    @Test
    @Tag("M-02")
    void aMissingSignatureIsNamed() throws Exception {
        Signed last = history.getLast();
        Report found = verify(replaced(last, last.unsigned()));
        assertEquals(1, found.problemCount(), found.problems().toString());
        Problem problem = found.problems().getFirst();
        assertEquals(Flaw.SIGNATURE, problem.flaw());
        assertEquals(last.change().header().seq(), problem.seq());
    }

    @Test
    @Tag("M-02")
    void aRemovedChangeIsNamedByTheOneThatFollowsIt() throws Exception {
        for (int at : List.of(0, 1, 100, 200)) {
            List<Signed> cut = new ArrayList<>(history);
            Signed gone = cut.remove(at);
            Report found = verify(cut);
            assertFalse(found.isWell());
            assertTrue(
                    found.problems().stream()
                            .anyMatch(p ->
                                    p.flaw() == Flaw.MISSING
                                            && p.text().contains(gone.change().id().hex())
                                            && p.seq() == at + 2),
                    found.problems().toString());
            assertEquals(cut.size() - at, found.waiting());
        }
    }

    @Test
    @Tag("M-02")
    void aForgedAuthorIsNamed() throws Exception {
        Ed25519Signer mallory = new Ed25519Signer(new byte[32]);
        // Signed by its own key, which is no member's.
        Change stranger = change(DeviceId.of(mallory.publicKey()), EPOCH, null, null, "x");
        Problem refused = only(plus(signed(stranger, mallory)));
        assertEquals(Flaw.REFUSED, refused.flaw());
        assertEquals(stranger.id().hex(), refused.id());
        assertTrue(
                refused.text().contains("not a member") || refused.text().contains("no member"),
                refused.text());
        // In the name of the owner, without the owner's key.
        Change forged = change(device(), EPOCH, null, null, "x");
        Problem problem = only(plus(signed(forged, mallory)));
        assertEquals(Flaw.SIGNATURE, problem.flaw());
        assertEquals(forged.id().hex(), problem.id());
        assertTrue(problem.chain().startsWith(device().hex()), problem.chain());
        assertEquals("line " + (history.size() + 1), problem.at());
    }

    @Test
    @Tag("M-02")
    void aForkIsNamedWithBothChangesUntilItIsSettled() throws Exception {
        Change one = change(device(), EPOCH, null, null, "one");
        Change other = change(device(), EPOCH, null, null, "other");
        List<Signed> forked = plus(signed(one, signer), signed(other, signer));
        Problem problem = only(forked);
        assertEquals(Flaw.FORK, problem.flaw());
        assertEquals(1, problem.seq());
        assertEquals(other.id().hex(), problem.id());
        assertTrue(problem.text().contains(one.id().hex()), problem.text());
        Op settle =
                new Op.SettleFork(
                        device(),
                        EPOCH,
                        List.of(
                                new Kept(
                                        EPOCH,
                                        1,
                                        one.id(),
                                        Objects.requireNonNull(signed(one, signer).signature()))));
        Change settled = change(forked, device(), EPOCH + 1, null, null, List.of(settle));
        List<Signed> all = new ArrayList<>(forked);
        all.add(signed(settled, signer));
        Report found = verify(all);
        assertEquals(List.of(), found.problems());
        assertTrue(found.forks().getFirst().settled());
    }

    @Test
    @Tag("M-02")
    void aWrongParentIsNamed() throws Exception {
        // It goes on after a change that is not the last one of its chain's seq.
        Change first = change(device(), EPOCH, null, null, "first");
        List<Signed> all = plus(signed(first, signer));
        Change wrong = change(all, device(), EPOCH, first, ChangeId.of(new byte[32]), ops("w"));
        all.add(signed(wrong, signer));
        Problem missing = only(all);
        assertEquals(Flaw.MISSING, missing.flaw());
        assertEquals(wrong.id().hex(), missing.id());
        // It names another change than the one before it, which is here.
        List<Signed> again = plus(signed(first, signer));
        ChangeId foreign = history.get(5).change().id();
        Change strayed = change(again, device(), EPOCH, first, foreign, ops("s"));
        again.add(signed(strayed, signer));
        Problem refused = only(again);
        assertEquals(Flaw.REFUSED, refused.flaw());
        assertEquals(strayed.id().hex(), refused.id());
        assertEquals(2, refused.seq());
    }

    @Test
    @Tag("M-02")
    void aChangeOfAnotherProjectIsNamed() throws Exception {
        Header h = change(device(), EPOCH, null, null, "x").header();
        Change foreign =
                ChangeCodec.write(
                        new Header(
                                h.version(),
                                ChangeId.hash(new byte[] {1}, 0, 1),
                                h.device(),
                                h.epoch(),
                                h.seq(),
                                h.prev(),
                                h.deps(),
                                h.lamport(),
                                h.wallMs(),
                                h.members(),
                                0,
                                ChangeId.ZERO),
                        new Actor.User("ann"),
                        ops("x"));
        Problem problem = only(plus(signed(foreign, signer)));
        assertEquals(Flaw.REFUSED, problem.flaw());
        assertEquals(foreign.id().hex(), problem.id());
        assertTrue(problem.text().contains("another project"), problem.text());
    }

    @Test
    @Tag("M-02")
    void severalProblemsAreAllNamedAndADuplicateToo() throws Exception {
        List<Signed> all = new ArrayList<>(history);
        for (int i = 0; i < all.size(); i++) {
            Signature signature = all.get(i).signature();
            if (signature != null) {
                byte[] bytes = signature.bytes();
                bytes[40] ^= 4;
                all.set(i, new Signed(all.get(i).change(), Signature.of(bytes)));
            }
        }
        long signatures = history.stream().filter(s -> s.signature() != null).count();
        assertEquals(signatures, verify(all).problemCount());
        List<Signed> twice = new ArrayList<>(history);
        twice.add(history.getFirst());
        assertEquals(Flaw.DUPLICATE, only(twice).flaw());
    }

    @Test
    @Tag("M-02")
    @Tag("T-A10")
    void everyRowOfAStoreThatIsNotWhatTheChangesMakeIsNamedByItsKey() throws Exception {
        for (Table table : List.of(Table.CHAINS, Table.ARRIVALS, Table.ITEMS, Table.ITEM_LOG)) {
            Reader.Row row = rows(table).get(table == Table.CHAINS ? 0 : 150);
            byte[] altered = Arrays.copyOf(row.value(), row.value().length + 1);
            Report other = altered(new Batch().put(table, row.key(), altered));
            assertNamed(other, table == Table.ARRIVALS ? "(arrival 151)" : hex(table, row));
            Report missing = altered(new Batch().delete(table, row.key()));
            assertFalse(missing.isWell(), table.toString());
        }
        byte[] none = ByteBuffer.allocate(8).putInt(9).putInt(9).array();
        assertNamed(altered(new Batch().put(Table.CHANGES, none, new byte[] {0, 1})), "0000000900");
    }

    @Test
    @Tag("M-02")
    @Tag("T-B5")
    void aChangeFlippedOrRemovedInAStoreIsNamedByItsKeyAndSeq() throws Exception {
        Reader.Row row = rows(Table.CHANGES).get(120);
        byte[] flipped = row.value().clone();
        flipped[flipped.length / 2] ^= 1;
        Report found = altered(new Batch().put(Table.CHANGES, row.key(), flipped));
        assertNamed(found, hex(Table.CHANGES, row));
        Report gone = altered(new Batch().delete(Table.CHANGES, row.key()));
        assertNamed(gone, hex(Table.CHANGES, row));
        assertEquals(121, gone.problems().getFirst().seq());
        assertTrue(gone.waiting() > 0);
        assertFalse(gone.rowsCompared());
    }

    @Test
    @Tag("M-02")
    @Tag("T-B5")
    void aFlippedByteInAFileIsNamedByTheFile() throws Exception {
        Path copy = copy();
        Path table = null;
        try (Stream<Path> files = Files.list(copy.resolve("store"))) {
            table =
                    files.filter(f -> f.toString().endsWith(".sst"))
                            .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
                            .orElseThrow();
        }
        long before = table.toFile().length();
        try (RandomAccessFile file = new RandomAccessFile(table.toFile(), "rw")) {
            file.seek(before / 2);
            int old = file.read();
            file.seek(before / 2);
            file.write(old ^ 1);
        }
        byte[] damaged = Files.readAllBytes(table);
        Report found = HomeVerify.stopped(copy, told -> {});
        assertTrue(
                found.problems().stream()
                        .anyMatch(p ->
                                p.flaw() == Flaw.STORE
                                        && p.text()
                                                .contains(
                                                        copy.relativize(copy.resolve("store"))
                                                                .toString())),
                found.problems().toString());
        assertTrue(Arrays.equals(damaged, Files.readAllBytes(table)), "only looked at");
    }

    private Report verify(List<Signed> changes) throws IOException, InterruptedException {
        return Verification.ofExport(lines(changes).iterator(), told -> {});
    }

    private Problem only(List<Signed> changes) throws IOException, InterruptedException {
        Report found = verify(changes);
        assertEquals(1, found.problemCount(), found.problems().toString());
        return found.problems().getFirst();
    }

    private static void assertNamed(Report found, String place) {
        assertTrue(
                found.problems().stream().anyMatch(p -> p.at().contains(place)),
                () -> place + " is not in " + found.problems());
    }

    private static List<Found> lines(List<Signed> changes) {
        List<Found> out = new ArrayList<>();
        for (Signed each : changes) {
            out.add(Found.line("line " + (out.size() + 1), each, each.change().id()));
        }
        return out;
    }

    private static Found read(String at, byte[] bytes, Signature signature, ChangeId claimed) {
        try {
            return Found.line(at, new Signed(ChangeCodec.read(bytes), signature), claimed);
        } catch (dev.musher.crdt.change.Malformed e) {
            return Found.unreadable(at, e.getMessage());
        }
    }

    private List<Signed> replaced(Signed old, Signed by) {
        List<Signed> out = new ArrayList<>(history);
        out.set(out.indexOf(old), by);
        return out;
    }

    private List<Signed> plus(Signed... more) {
        List<Signed> out = new ArrayList<>(history);
        out.addAll(List.of(more));
        return out;
    }

    private DeviceId device() {
        return DeviceId.of(signer.publicKey());
    }

    private static Signed signed(Change change, Ed25519Signer by) {
        return new Signed(change, Signature.of(by.sign(Domain.CHANGE, change.id().bytes())));
    }

    private Change change(DeviceId author, long epoch, Change after, ChangeId prev, String name) {
        return change(history, author, epoch, after, prev, ops(name));
    }

    /** A change on top of a history; {@code prev} is named in the place of the one before it. */
    private static Change change(
            List<Signed> past,
            DeviceId author,
            long epoch,
            Change after,
            ChangeId prev,
            List<Op> ops) {
        MemoryHistory folded = new MemoryHistory();
        Project project = new Project(Rules.PRODUCT, folded);
        for (Signed each : past) {
            if (project.check(each.change()) instanceof Admission.Admitted admitted) {
                folded.add(project.apply(admitted));
            }
        }
        Header h = project.next(author, epoch, 1_700_000_000_000L).header();
        assertNotNull(h);
        Header header =
                new Header(
                        h.version(),
                        h.project(),
                        h.device(),
                        h.epoch(),
                        h.seq(),
                        after == null ? h.prev() : prev,
                        h.deps(),
                        h.lamport(),
                        h.wallMs(),
                        h.members(),
                        0,
                        ChangeId.ZERO);
        return ChangeCodec.write(header, new Actor.User("ann"), ops);
    }

    private static List<Op> ops(String name) {
        return List.of(
                new Op.NewItem(
                        9_999,
                        null,
                        new TreeMap<>(Map.of(Field.NAME, new Value.Text(name))),
                        new TreeMap<>()));
    }

    private static Command create(String name) {
        return new Command.Create(
                new Origin(Origin.Kind.TEST, "test", 1),
                new TreeMap<>(
                        Map.of(
                                Field.NAME,
                                new Value.Text(name),
                                Field.TYPE,
                                new Value.Text("story"))),
                new TreeMap<>());
    }

    private static String hex(Table table, Reader.Row row) {
        return "row " + table + " " + java.util.HexFormat.of().formatHex(row.key());
    }

    private List<Reader.Row> rows(Table table) throws IOException {
        List<Reader.Row> out = new ArrayList<>();
        try (RocksStore store = RocksStore.open(copy().resolve("store"), StoreOptions.defaults())) {
            store.scan(
                    table, new byte[0], null, (key, value) -> out.add(new Reader.Row(key, value)));
        }
        return out;
    }

    private Report altered(Batch batch) throws IOException, InterruptedException {
        Path copy = copy();
        try (RocksStore store = RocksStore.open(copy.resolve("store"), StoreOptions.defaults())) {
            store.commit(batch);
        }
        return HomeVerify.stopped(copy, told -> {});
    }

    private Path copy() throws IOException {
        Path copy = Files.createTempDirectory(folder, "copy");
        Files.createDirectory(copy.resolve("store"));
        try (Stream<Path> files = Files.list(home.resolve("store"))) {
            for (Path file : files.toList()) {
                if (!file.getFileName().toString().equals("RESERVE")) {
                    Files.copy(file, copy.resolve("store").resolve(file.getFileName()));
                }
            }
        }
        return copy;
    }
}
