package dev.musher.node.verify;

import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Place;
import dev.musher.protocol.codec.Signed;
import org.jspecify.annotations.Nullable;

/**
 * A change as it was found, or what was found in its place.
 *
 * @param at the line or row, for people
 * @param signed the change; null where it cannot be read
 * @param claimed the id that it is said to have there; null where nothing is said
 * @param chain the chain that it is said to be of; null where nothing is said
 * @param place where the store says that it stands; null in a file
 * @param arrival its row of arrival; null where there is none
 * @param wrong what is wrong with its bytes; null where nothing is
 */
public record Found(
        String at,
        @Nullable Signed signed,
        @Nullable ChangeId claimed,
        @Nullable Chain chain,
        @Nullable Place place,
        byte @Nullable [] arrival,
        @Nullable String wrong) {

    /** A change of a file. */
    public static Found line(String at, Signed signed, ChangeId claimed) {
        return new Found(at, signed, claimed, null, null, null, null);
    }

    /** Something that cannot be read. */
    public static Found unreadable(String at, String wrong) {
        return new Found(at, null, null, null, null, null, wrong);
    }
}
