package dev.musher.node.replica;

import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.pipeline.Item;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * What references mean in one state: {@code 42}, {@code 42-k} with letters of the id, or the first
 * four or more letters of an id. Only digits is always a number. A reference that names several is
 * refused with all of them. Immutable.
 *
 * @param items every item
 * @param numbers keys by number
 */
record Lookup(KeyMap<Item> items, NumberIndex numbers) {

    /** Letters of an id that a reference needs at least. */
    private static final int LETTERS_MIN = 4;

    /** Digits of a number at most: more than any item can have. */
    private static final int DIGITS_MAX = 13;

    /** Candidates named in a refusal at most. */
    private static final int NAMED_MAX = 20;

    /** The one item that is meant, not a deleted one. */
    Resolved resolve(String reference) {
        return resolve(reference, false);
    }

    /** As {@link #resolve(String)}; where no other is meant, a deleted one too if so wanted. */
    Resolved resolve(String reference, boolean deletedToo) {
        String text = reference.strip().toLowerCase(Locale.ROOT);
        List<Item> meant = candidates(text);
        List<Item> live = meant.stream().filter(item -> !item.deleted()).toList();
        List<Item> chosen = live.isEmpty() && deletedToo ? meant : live;
        if (chosen.size() == 1) {
            Item item = chosen.getFirst();
            return new Resolved.Found(item, display(item));
        }
        return new Resolved.Not(
                chosen.isEmpty() ? unknown(reference, meant) : ambiguous(reference, chosen));
    }

    /** The reference to show: the number, with letters of the id where other items share it. */
    String display(Item item) {
        if (item.number() == 0) {
            return item.key().shortId();
        }
        List<ItemKey> sharing =
                numbers.get(item.number()).stream()
                        .filter(key -> !key.equals(item.key()) && isLive(key))
                        .toList();
        if (sharing.isEmpty()) {
            return Long.toString(item.number());
        }
        String own = item.key().text();
        int letters = 1;
        for (ItemKey other : sharing) {
            String text = other.text();
            while (letters < own.length() && text.startsWith(own.substring(0, letters))) {
                letters++;
            }
        }
        return item.number() + "-" + own.substring(0, letters);
    }

    private boolean isLive(ItemKey key) {
        Item item = items.get(key);
        return item != null && !item.deleted();
    }

    private List<Item> candidates(String text) {
        int dash = text.indexOf('-');
        String digits = dash < 0 ? text : text.substring(0, dash);
        String letters = dash < 0 ? "" : text.substring(dash + 1);
        List<Item> out = new ArrayList<>();
        if (!digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            if (digits.length() <= DIGITS_MAX) {
                for (ItemKey key : numbers.get(Long.parseLong(digits))) {
                    Item item = items.get(key);
                    if (item != null && key.text().startsWith(letters)) {
                        out.add(item);
                    }
                }
            }
        } else if (text.length() >= LETTERS_MIN) {
            items.forPrefix(text, (key, item) -> out.add(item));
        }
        return out;
    }

    private static Outcome.Refused unknown(String reference, List<Item> deleted) {
        String text = cut(reference);
        return Outcome.Refused.of(
                Code.UNKNOWN_REFERENCE,
                deleted.isEmpty()
                        ? "`" + text + "` names no item: a number, or 4 or more letters of an id"
                        : "item `" + text + "` is deleted: restore it first");
    }

    private Outcome.Refused ambiguous(String reference, List<Item> items) {
        List<Outcome.Candidate> candidates = new ArrayList<>();
        for (Item item : items.subList(0, Math.min(items.size(), NAMED_MAX))) {
            candidates.add(new Outcome.Candidate(item.key(), display(item), item.name()));
        }
        return new Outcome.Refused(
                Code.AMBIGUOUS_REFERENCE,
                "`" + cut(reference) + "` names " + items.size() + " items: say which",
                candidates,
                Collections.emptySortedMap());
    }

    private static String cut(String reference) {
        return reference.length() <= 60 ? reference : reference.substring(0, 60) + "...";
    }
}
