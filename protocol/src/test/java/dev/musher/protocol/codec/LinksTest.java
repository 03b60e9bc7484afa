package dev.musher.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Malformed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A signature further along the chain, with the headers that lead to it, is as good as an own. */
class LinksTest {

    private final Author ann = new Author(1);
    private final RunVerifier verifier = new RunVerifier(Author.verifier());

    @Test
    void theHeadersUpToASignedChangeProveTheAuthor() {
        List<Change> chain = chain(64);
        for (int at : new int[] {0, 1, 40, 62}) {
            Signed linked = linked(chain, at);
            assertEquals(63 - at, linked.links().count());
            assertEquals(chain.getLast().id(), linked.signedId());
            List<Signed> run = new ArrayList<>();
            chain.subList(0, at).forEach(change -> run.add(Author.bare(change)));
            run.add(linked);
            assertEquals(new Verified(run, null), verifier.verify(run));
        }
    }

    @Test
    void theyComeBackFromTheirBytes() {
        Signed linked = linked(chain(5), 1);
        CborWriter out = new CborWriter();
        SignedCodec.write(out, linked);
        byte[] bytes = out.toBytes();
        assertEquals(linked, SignedCodec.read(new CborReader(bytes)));
        assertThrows(
                Malformed.class, () -> Links.of(new byte[Links.BYTES + 1], 0, Links.BYTES + 1));
    }

    @Test
    void headersThatDoNotFollowEachOtherProveNothing() {
        List<Change> chain = chain(5);
        Signed linked = linked(chain, 1);
        Author bob = new Author(2);
        Change other = bob.note(1);
        isBad(new Signed(chain.get(0), linked.signature(), linked.links()));
        isBad(new Signed(other, linked.signature(), linked.links()));
        isBad(
                new Signed(
                        chain.get(1),
                        linked.signature(),
                        Links.over(List.of(chain.get(3), chain.get(4)), Links.NONE)));
        isBad(new Signed(chain.get(1), linked.signature(), Links.of(new byte[] {1, 2, 3}, 0, 3)));
        isBad(new Signed(chain.get(1), bob.sign(chain.get(4)).signature(), linked.links()));
    }

    @Test
    void noChangeIsFurtherFromASignatureThanAnAuthorMayLeaveIt() {
        List<Change> chain = chain(65);
        assertThrows(IllegalArgumentException.class, () -> linked(chain, 0));
        // 10 before it and 54 links: one too many.
        List<Signed> run = new ArrayList<>();
        chain.subList(0, 10).forEach(change -> run.add(Author.bare(change)));
        run.add(linked(chain, 10));
        assertNotNull(verifier.verify(run).refusal());
        assertNull(verifier.verify(run.subList(1, 11)).refusal());
    }

    private void isBad(Signed signed) {
        assertEquals(List.of(), verifier.verify(List.of(signed)).accepted());
    }

    private List<Change> chain(int length) {
        List<Change> chain = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            chain.add(ann.note(1));
        }
        return chain;
    }

    private Signed linked(List<Change> chain, int at) {
        return new Signed(
                chain.get(at),
                ann.sign(chain.getLast()).signature(),
                Links.over(chain.subList(at + 1, chain.size()), Links.NONE));
    }
}
