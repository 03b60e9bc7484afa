package dev.musher.node.verify;

import java.util.Locale;

/** What can be wrong with a history. */
public enum Flaw {
    /** Bytes cannot be read, or are not what they claim to be. */
    UNREADABLE,
    /** A change is not the one that its place or its line names. */
    ID,
    /** A signature does not prove the author, or none does. */
    SIGNATURE,
    /** A change that others follow or name is not here. */
    MISSING,
    /** A change was not allowed, in its past, to its author. */
    REFUSED,
    /** A change is there twice. */
    DUPLICATE,
    /** Of a change there is only the outline, and no owner's checkpoint vouches for that. */
    OUTLINE,
    /** A device wrote two changes in one place of its chain. */
    FORK,
    /** A derived row is not what the changes make of it. */
    ROW,
    /** A file of the store is damaged. */
    STORE,
    /** The whole is of another project, or of another state, than it should be. */
    OTHER;

    /** The stable word for programs. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
