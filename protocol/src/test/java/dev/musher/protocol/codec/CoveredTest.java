package dev.musher.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.musher.crdt.change.Change;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What can be verified now, of a run that is read piece by piece. */
class CoveredTest {

    private final Author author = new Author(1);

    @Test
    void aSignatureCoversWhatIsBeforeItAndNothingBehindIt() {
        Signed one = Author.bare(author.note(1));
        Signed two = author.sign(author.note(2));
        Signed three = Author.bare(author.note(3));
        assertArrayEquals(new boolean[] {true, true, false}, Covered.of(List.of(one, two, three)));
    }

    @Test
    void theSignatureOfOneBranchOfAForkDoesNotCoverTheOther() {
        Change root = author.note(1);
        Signed first = author.sign(root);
        Signed waits = Author.bare(author.note(2));
        author.rewind(root);
        Signed other = author.sign(author.note(3));
        assertArrayEquals(
                new boolean[] {true, false, true}, Covered.of(List.of(first, waits, other)));
    }
}
