package dev.musher.protocol.json;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.ItemKey;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What became of one {@link Command}. Immutable. */
public sealed interface Outcome {

    /**
     * The command is done and durable here.
     *
     * @param key the item; null where the command is about none (members, adoption)
     * @param number the item's number; 0 where there is no item
     * @param display the reference to show: {@code 42}, or {@code 42-k} where items share the
     *     number
     * @param change the change that holds it
     * @param version what to send as {@code seen} with the next write; null where there is no item
     */
    record Done(
            @Nullable ItemKey key,
            long number,
            @Nullable String display,
            ChangeId change,
            @Nullable String version)
            implements Outcome {}

    /**
     * Nothing was written.
     *
     * @param text for people: names the thing, the rule and the next action
     * @param candidates the items an ambiguous reference could mean, else empty
     * @param facts for programs, for example {@code stage}, {@code event}, {@code allowed}, {@code
     *     version}, {@code field}; sorted by name
     */
    record Refused(
            Code code, String text, List<Candidate> candidates, SortedMap<String, String> facts)
            implements Outcome {
        /** Copies the collections. */
        public Refused {
            candidates = List.copyOf(candidates);
            facts = Collections.unmodifiableSortedMap(new TreeMap<>(facts));
        }

        /** A refusal with nothing but its text. */
        public static Refused of(Code code, String text) {
            return new Refused(code, text, List.of(), Collections.emptySortedMap());
        }

        /** The same refusal with one more fact. */
        public Refused with(String name, String value) {
            TreeMap<String, String> more = new TreeMap<>(facts);
            more.put(name, value);
            return new Refused(code, text, candidates, more);
        }
    }

    /**
     * One of the items that a reference could mean.
     *
     * @param display the reference that names it alone, for example {@code 42-k}
     */
    record Candidate(ItemKey key, String display, String name) {}
}
