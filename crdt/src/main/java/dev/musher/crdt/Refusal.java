package dev.musher.crdt;

/**
 * Why a change is refused: for ever and on every node alike, for it depends on the change and its
 * past alone.
 */
public enum Refusal {
    /** A first change that is not one, or a second genesis. */
    GENESIS("it is not the genesis of this project"),
    /** Of another project. */
    PROJECT("it is of another project"),
    /** Of a format unknown here, or older than the change before it. */
    VERSION("its format is unknown here, or older than that of the change before it"),
    /** Does not continue its chain. */
    SEQ("it does not continue its chain"),
    /** Its lamport is not 1 + the greatest of what it follows. */
    LAMPORT("its lamport is not 1 + the greatest of what it follows"),
    /** It names a change or an op that cannot be before it. */
    NAMED("it names a change or op that cannot be before it"),
    /** It writes to an item that is not in its past. */
    ITEM("it writes to an item that is not in its past"),
    /** It claims another membership than its past gives. */
    MEMBERS("it claims another membership than its past gives"),
    /** Its author is no member in its past. */
    NOT_A_MEMBER("its author is no member"),
    /** Its author knew of the cut of its key, or of the settlement of its epoch. */
    CUT("its author's key was revoked, or its epoch settled, before it was written"),
    /** Its author's role does not allow one of its ops. */
    ROLE("its author's role does not allow it"),
    /** It adds a key that is a member or was cut. */
    KNOWN("it adds a key that is a member already or was revoked"),
    /** It acts on a senior. */
    SENIOR("it acts on a device senior to its author"),
    /** It settles the epoch it is written in. */
    FROM_WITHIN("it settles the epoch it is written in"),
    /** It keeps heads that are not what it says they are. */
    KEPT("a head it keeps is not one of the device it names"),
    /** A checkpoint that is not alone in its change, or vouches for what is not so. */
    OUTLINE("a checkpoint stands alone and vouches for outlines of changes in its past only"),
    /** It does not follow the arbiter it replaces by one term. */
    TERM("its term does not follow that of the arbiter it replaces"),
    /** It grants or expires without being the arbiter. */
    ARBITER("its author is not the arbiter it names"),
    /** Its generation does not follow, or it is about another item. */
    GENERATION("its generation does not follow the claim it names, or that is of another item"),
    /** A move by a device of role agent that does not hold the item. */
    CLAIM("a device of role agent moves only the item whose claim it holds");

    private final String text;

    Refusal(String text) {
        this.text = text;
    }

    /** One clause that follows "the change is refused: ". */
    public String text() {
        return text;
    }
}
