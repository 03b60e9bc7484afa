package dev.musher.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Signature;
import dev.musher.protocol.crypto.Domain;
import dev.musher.protocol.crypto.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RunVerifierTest {
    /** Counts what a receiver pays. */
    private static final class Counting implements Verifier {
        private final Verifier inner = Author.verifier();
        private int good;
        private int bad;

        @Override
        public boolean verify(Domain domain, byte[] publicKey, byte[] message, byte[] signature) {
            boolean valid = inner.verify(domain, publicKey, message, signature);
            good += valid ? 1 : 0;
            bad += valid ? 0 : 1;
            return valid;
        }

        @Override
        public boolean acceptsKey(byte[] publicKey) {
            return inner.acceptsKey(publicKey);
        }
    }

    private final Author ann = new Author(1);
    private final Author bob = new Author(2);
    private final Counting counting = new Counting();
    private final RunVerifier verifier = new RunVerifier(counting);

    @Test
    void nothingProvesNothing() {
        assertEquals(new Verified(List.of(), null), verifier.verify(List.of()));
    }

    @Test
    void oneSignatureCoversTheChangesBeforeIt() {
        List<Signed> run = notes(ann, 63);
        run.add(ann.sign(ann.note(1)));
        assertEquals(new Verified(run, null), verifier.verify(run));
        assertEquals(1, counting.good);
    }

    @Test
    void ofManySignaturesOneIn64IsCheckedAndKept() {
        List<Signed> run = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            run.add(ann.sign(ann.note(1)));
        }
        Verified verified = verifier.verify(run);
        assertNull(verified.refusal());
        assertEquals(200, verified.accepted().size());
        assertEquals(List.of(63, 127, 191, 199), signedPlaces(verified.accepted()));
        assertEquals(4, counting.good);
    }

    @Test
    @Tag("M-02")
    void whatFollowsTheLastSignatureIsNotAccepted() {
        List<Signed> run = notes(ann, 2);
        run.add(ann.sign(ann.note(1)));
        run.addAll(notes(ann, 3));
        Verified verified = verifier.verify(run);
        assertEquals(run.subList(0, 3), verified.accepted());
        assertNotNull(verified.refusal());
    }

    @Test
    @Tag("M-02")
    void aBadSignatureIsNamedAndEndsTheRun() {
        List<Signed> run = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            run.add(ann.sign(ann.note(1)));
        }
        Change forged = ann.note(1);
        run.add(new Signed(forged, bob.sign(forged).signature()));
        run.add(bob.sign(bob.note(1)));
        Verified verified = verifier.verify(run);
        assertEquals(64, verified.accepted().size());
        assertTrue(refusal(verified).contains(forged.id().shortText()));
        assertTrue(refusal(verified).contains(ann.device.shortText()));
    }

    @Test
    @Tag("T-D9")
    void oneBadSignatureIsAllThatAFrameCanCost() {
        List<Signed> run = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            Author stranger = new Author(i);
            run.add(new Signed(stranger.note(1), Signature.of(new byte[64])));
        }
        assertEquals(List.of(), verifier.verify(run).accepted());
        assertEquals(1, counting.bad);
        assertEquals(0, counting.good);
    }

    @Test
    void chainsInterleaveAndAreProvedApart() {
        List<Signed> run = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            run.add(Author.bare(ann.note(1)));
            run.add(Author.bare(bob.note(1)));
        }
        run.add(ann.sign(ann.note(1)));
        run.add(bob.sign(bob.note(1)));
        assertEquals(new Verified(run, null), verifier.verify(run));
        assertEquals(2, counting.good);
        List<Signed> bobsEndMissing = run.subList(0, 41);
        Verified verified = verifier.verify(bobsEndMissing);
        assertEquals(21, verified.accepted().size());
        assertTrue(
                verified.accepted().stream().allMatch(s -> s.change().device().equals(ann.device)));
        assertNotNull(verified.refusal());
    }

    @Test
    @Tag("M-02")
    void nobodySignsForAnother() {
        Change forged = ann.note(1);
        Change onTop = Author.write(bob.device, forged.header().epoch(), 2, forged.id(), new Op[0]);
        Verified verified = verifier.verify(List.of(Author.bare(forged), bob.sign(onTop)));
        assertEquals(List.of(onTop), changes(verified));
        assertTrue(refusal(verified).contains(forged.id().shortText()));
    }

    @Test
    @Tag("M-02")
    void aRemovedChangeBreaksTheCover() {
        List<Signed> run = notes(ann, 5);
        run.add(ann.sign(ann.note(1)));
        run.remove(2);
        Verified verified = verifier.verify(run);
        assertEquals(run.subList(2, 5), verified.accepted(), "what still links to the signature");
        assertNotNull(verified.refusal());
    }

    @Test
    @Tag("M-02")
    void anotherEpochOrAJumpInTheNumbersIsAnotherSegment() {
        Change first = ann.note(1);
        Change otherEpoch = Author.write(ann.device, 77, 2, first.id(), new Op[0]);
        Change jump = Author.write(ann.device, 1, 3, first.id(), new Op[0]);
        for (Change next : List.of(otherEpoch, jump)) {
            Verified verified = verifier.verify(List.of(Author.bare(first), ann.sign(next)));
            assertEquals(List.of(next), changes(verified));
            assertNotNull(verified.refusal());
        }
    }

    @Test
    void moreThan63UnsignedChangesAreNotCovered() {
        List<Signed> run = notes(ann, 64);
        run.add(ann.sign(ann.note(1)));
        Verified verified = verifier.verify(run);
        assertEquals(List.of(), verified.accepted());
        assertNotNull(verified.refusal());
    }

    @Test
    void tooManyUnsignedBytesAreNotCovered() {
        List<Signed> run = new ArrayList<>();
        int bytes = 0;
        while (bytes < ChainSigning.RUN_BYTES) {
            run.add(Author.bare(ann.note(16_000)));
            bytes += run.getLast().change().bytes().length;
        }
        Signed last = ann.sign(ann.note(1));
        run.add(last);
        assertEquals(List.of(), verifier.verify(run).accepted());
        run.set(run.size() - 2, ann.sign(run.get(run.size() - 2).change()));
        Verified verified = verifier.verify(run);
        assertEquals(new Verified(run, null), verified, "one earlier they are, and both are kept");
    }

    @Test
    void signaturesOfMembershipChangesAreAllCheckedAndKept() {
        List<Signed> run = new ArrayList<>();
        run.add(ann.sign(ann.member()));
        run.add(ann.sign(ann.note(1)));
        run.add(ann.sign(ann.member()));
        run.add(ann.sign(ann.note(1)));
        run.add(ann.sign(ann.note(1)));
        Verified verified = verifier.verify(run);
        assertNull(verified.refusal());
        assertEquals(List.of(0, 2, 4), signedPlaces(verified.accepted()));
    }

    @Test
    @Tag("M-02")
    void bothBranchesOfAForkAreProved() {
        Change root = ann.note(1);
        Change left = ann.note(2);
        ann.rewind(root);
        Change right = ann.note(3);
        List<Signed> run = List.of(Author.bare(root), ann.sign(left), ann.sign(right));
        assertEquals(new Verified(run, null), verifier.verify(run));
        Verified unsignedBranch =
                verifier.verify(List.of(run.get(0), run.get(1), Author.bare(right)));
        assertEquals(List.of(root, left), changes(unsignedBranch));
        assertNotNull(unsignedBranch.refusal());
    }

    @Test
    void aChangeSentTwiceInOneFrameProvesNothingNew() {
        Change first = ann.note(1);
        Change second = ann.note(1);
        List<Signed> run = List.of(Author.bare(first), Author.bare(first), ann.sign(second));
        Verified verified = verifier.verify(run);
        assertEquals(List.of(first, second), changes(verified));
        assertNotNull(verified.refusal());
    }

    @Test
    @Tag("M-02")
    void aLinkPastTheLastChangeCoversNothing() {
        Change root = ann.note(1);
        Change left = ann.note(2);
        Change skips = Author.write(ann.device, 1, 3, root.id(), new Op[0]);
        Verified verified =
                verifier.verify(List.of(Author.bare(root), Author.bare(left), ann.sign(skips)));
        assertEquals(List.of(skips), changes(verified));
        assertNotNull(verified.refusal());
    }

    /**
     * What one node keeps is enough for the next: an author signs by the rule and at random ends of
     * batches, and the run goes through a row of nodes, each of which forgets signatures and sends
     * on from a random signed head.
     */
    @RepeatedTest(200)
    void whatWasKeptProvesTheRunToTheNextNode(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Signed> run = new ArrayList<>();
        int count = 0;
        long bytes = 0;
        int length = random.nextInt(1, 400);
        int sizeMax = random.nextBoolean() ? 10 : 16_000;
        int batch = random.nextInt(1, 200);
        for (int i = 0; i < length; i++) {
            boolean member = random.nextInt(50) == 0;
            Change change = member ? ann.member() : ann.note(random.nextInt(1, sizeMax));
            boolean sign =
                    ChainSigning.mustSign(count, bytes, change)
                            || random.nextInt(batch) == 0
                            || i == length - 1;
            run.add(sign ? ann.sign(change) : Author.bare(change));
            count = sign ? 0 : count + 1;
            bytes = sign ? 0 : bytes + change.bytes().length;
        }
        for (int hop = 0; hop < 5; hop++) {
            List<Signed> sent = run;
            Verified verified = verifier.verify(sent);
            assertNull(verified.refusal());
            assertEquals(sent.size(), verified.accepted().size());
            assertNotNull(verified.accepted().getLast().signature());
            List<Integer> signed = signedPlaces(verified.accepted());
            int from = signed.get(random.nextInt(signed.size())) + 1;
            run =
                    from == sent.size()
                            ? verified.accepted()
                            : verified.accepted().subList(from, sent.size());
        }
    }

    private static List<Signed> notes(Author author, int count) {
        List<Signed> run = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            run.add(Author.bare(author.note(1)));
        }
        return run;
    }

    private static List<Change> changes(Verified verified) {
        return verified.accepted().stream().map(Signed::change).toList();
    }

    private static List<Integer> signedPlaces(List<Signed> run) {
        return IntStream.range(0, run.size())
                .filter(i -> run.get(i).signature() != null)
                .boxed()
                .toList();
    }

    private static String refusal(Verified verified) {
        String refusal = verified.refusal();
        assertNotNull(refusal);
        return refusal;
    }
}
