package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Role;
import dev.musher.protocol.codec.FrameWriter;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Domain;
import dev.musher.protocol.crypto.KeyedHashSigner;
import dev.musher.protocol.json.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A member of the project sends changes that no honest node writes, each wrong in one way, over a
 * link that is well established. Each is refused by a name, nothing of it shows, and the node goes
 * on.
 */
class HostileChangesTest {

    /** The frame that carries a run of changes, as PROTOCOL.md numbers it. */
    private static final int RUNS = 11;

    private static final Op NEW_ITEM = new Op.NewItem(50, null, new TreeMap<>(), new TreeMap<>());

    private final World world = new World();
    private World.Node honest;
    private World.Node hostile;
    private Header next;
    private long changes;

    @BeforeEach
    void twoMembersInSync() {
        honest = world.founder();
        hostile = world.joiner(honest, "10.0.0.2:1", Role.MEMBER);
        hostile.does(World.create("honest so far"));
        world.pass(1_000);
        assertEquals(hostile.shown().digest(), honest.shown().digest());
        changes = honest.shown().changes();
        Change last =
                Replica.exported(hostile.store, 0, 1_000).stream()
                        .map(Signed::change)
                        .filter(c -> c.device().equals(hostile.device()))
                        .reduce((first, second) -> second)
                        .orElseThrow();
        Header h = last.header();
        next =
                new Header(
                        h.version(),
                        h.project(),
                        h.device(),
                        h.epoch(),
                        h.seq() + 1,
                        last.id(),
                        List.of(),
                        h.lamport() + 1,
                        h.wallMs(),
                        h.members(),
                        0,
                        ChangeId.ZERO);
    }

    /** Without this all others could be refused for a reason that is not theirs. */
    @Test
    void theSameWithoutAFaultIsTaken() {
        send(change(next), hostile.signer);
        world.settle();
        assertEquals(changes + 1, honest.shown().changes());
        assertEquals(2, honest.shown().items().size());
    }

    @Test
    @Tag("M-02")
    void aSignatureOfAnotherKeyIsAForgedAuthor() {
        send(change(next), honest.signer);
        endedFor("signature");
    }

    @Test
    @Tag("M-02")
    void aChangeInTheNameOfAnotherDeviceIsForged() {
        Header h = next;
        Header inAnothersName =
                new Header(
                        h.version(),
                        h.project(),
                        honest.device(),
                        77,
                        1,
                        null,
                        List.of(h.prev()),
                        h.lamport(),
                        h.wallMs(),
                        h.members(),
                        0,
                        ChangeId.ZERO);
        send(change(inAnothersName), hostile.signer);
        endedFor("signature");
    }

    @Test
    @Tag("M-02")
    void aBodyThatIsNotTheHashedOneIsMalformed() {
        byte[] bytes = change(next).bytes();
        bytes[bytes.length - 3] ^= 1;
        sendRaw(bytes, signature(change(next), hostile.signer));
        endedFor("does not match the hash");
    }

    @Test
    @Tag("T-D5")
    void aChangeOfAnotherProjectIsReplayedInVain() {
        Header h = next;
        Header elsewhere =
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
                        ChangeId.ZERO);
        send(change(elsewhere), hostile.signer);
        endedFor("project");
    }

    @Test
    void aJumpInTheNumbersIsRefused() {
        send(change(with(next.seq() + 5, next.prev(), next.lamport())), hostile.signer);
        refusedAs("seq");
    }

    @Test
    void aWrongLamportValueIsRefused() {
        send(change(with(next.seq(), next.prev(), next.lamport() + 1_000)), hostile.signer);
        refusedAs("lamport");
    }

    @Test
    void aChangeWhoseParentDoesNotExistWaitsAndGoes() {
        // Deaf, so that it does not end the link over an acknowledgement of what it never sent.
        hostile.down = true;
        sendWithoutParent();
        world.settle();
        assertEquals(1L, honest.replica.counters().gauges().get("changes_parked"));
        world.pass(59_000);
        assertEquals(1L, honest.replica.counters().gauges().get("changes_parked"));
        world.pass(2_000);
        isDropped();
        hostile.down = false;
        goesOn();
    }

    @Test
    void whatWaitsGoesWithTheLinkItCameBy() {
        sendWithoutParent();
        assertEquals(1L, honest.replica.counters().gauges().get("changes_parked"));
        world.cut(link());
        isDropped();
        goesOn();
    }

    private void sendWithoutParent() {
        ChangeId nobody = ChangeId.hash(new byte[] {2}, 0, 1);
        send(change(with(next.seq() + 1, nobody, next.lamport() + 1)), hostile.signer);
    }

    private void isDropped() {
        assertEquals(0L, honest.replica.counters().gauges().get("changes_parked"));
        assertEquals(1L, honest.replica.counters().counters().get("changes_parked_dropped"));
    }

    @Test
    void sixtyFiveOpsAreMalformed() {
        CborWriter body = new CborWriter();
        body.array(2).array(2).integer(0).text("ann").array(65);
        for (int i = 0; i < 65; i++) {
            body.array(2).integer(1_000).integer(i);
        }
        sendRaw(withBody(body.toBytes()), new byte[64]);
        endedFor("ops");
    }

    @Test
    void deepNestingIsMalformed() {
        CborWriter body = new CborWriter();
        body.array(2).array(2).integer(0).text("ann").array(1).array(2).integer(1_000);
        for (int i = 0; i < 10_000; i++) {
            body.array(1);
        }
        sendRaw(withBody(body.integer(0).toBytes()), new byte[64]);
        endedFor("nested");
    }

    private Header with(long seq, ChangeId prev, long lamport) {
        return new Header(
                next.version(),
                next.project(),
                next.device(),
                next.epoch(),
                seq,
                prev,
                next.deps(),
                lamport,
                next.wallMs(),
                next.members(),
                0,
                ChangeId.ZERO);
    }

    private static Change change(Header header) {
        return ChangeCodec.write(header, new Actor.User("mallory"), List.of(NEW_ITEM));
    }

    /** The next change with a body that no author of ours would write, hashed as it should be. */
    private byte[] withBody(byte[] body) {
        byte[] whole = change(next).bytes();
        // Length and hash of the body are the last two values of the header, before the body.
        Header written = ChangeCodec.read(whole).header();
        byte[] tail =
                new CborWriter()
                        .integer(10)
                        .integer(written.bodyBytes())
                        .integer(11)
                        .bytes(written.bodyHash())
                        .toBytes();
        int header = whole.length - written.bodyBytes() - tail.length;
        assertTrue(
                Arrays.equals(tail, Arrays.copyOfRange(whole, header, header + tail.length)),
                "the layout of a change is another one now");
        return new CborWriter()
                .raw(Arrays.copyOf(whole, header))
                .integer(10)
                .integer(body.length)
                .integer(11)
                .bytes(ChangeId.hash(body, 0, body.length))
                .raw(body)
                .toBytes();
    }

    private static byte[] signature(Change change, KeyedHashSigner signer) {
        return signer.sign(Domain.CHANGE, change.id().bytes());
    }

    private void send(Change change, KeyedHashSigner signer) {
        sendRaw(change.bytes(), signature(change, signer));
    }

    private void sendRaw(byte[] change, byte[] signature) {
        FrameWriter out = new FrameWriter(RUNS, 2);
        out.body().integer(2).array(1).array(2).bytes(change).bytes(signature);
        honest.log.clear();
        honest.give(new Input.Frame(link(), out.toBytes()));
    }

    private long link() {
        return world.links.entrySet().stream()
                .filter(each -> each.getValue().near() == honest)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    /** The session ended, and what people are shown of the peer says why. */
    private void endedFor(String word) {
        world.settle();
        List<String> said =
                honest.log.stream()
                        .filter(Effect.Close.class::isInstance)
                        .map(e -> ((Effect.Close) e).why())
                        .toList();
        assertTrue(said.stream().anyMatch(why -> why.contains(word)), word + " in " + said);
        goesOn();
    }

    private void refusedAs(String reason) {
        world.settle();
        String counter = "changes_refused{reason=\"" + reason + "\"}";
        assertEquals(1L, honest.replica.counters().counters().get(counter));
        goesOn();
    }

    /** Nothing of it is there; honest work of both is taken, now here, in time there. */
    private void goesOn() {
        assertEquals(changes, honest.shown().changes());
        assertEquals(1, honest.shown().items().size());
        assertInstanceOf(Outcome.Done.class, honest.does(World.create("after")).getFirst());
        hostile.does(World.create("the device is honest again"));
        world.pass(700_000);
        assertEquals(3, honest.shown().items().size());
        assertEquals(hostile.shown().digest(), honest.shown().digest());
    }
}
