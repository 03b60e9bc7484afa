package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.ItemKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * From what people say to items. Digits first: {@code 42} is the item of that number, {@code 42-k}
 * the one of those whose id begins so, and only digits is always a number. Anything else is the
 * beginning of an id, 4 letters or more. What several items answer to is refused with all of them
 * named: two nodes apart may hand out one number, and no later arrival changes what {@code 42-k}
 * means, it can only make it ambiguous.
 *
 * <p>Confined to one thread; those who read elsewhere keep one of their own.
 */
public final class References {

    private static final int PREFIX_MIN = 4;
    private static final int ID_LETTERS = 26;
    private static final int DIGITS_MAX = 13;
    private static final int SHOWN_LETTERS = 10;

    private enum Standing {
        LIVE,
        DELETED,
        GONE
    }

    private record Known(long number, Standing standing) {}

    private final TreeMap<ItemKey, Known> items = new TreeMap<>();
    private final Map<Long, List<ItemKey>> numbers = new HashMap<>();

    /** Takes an item in, or its newer state. */
    public void put(Item item) {
        know(
                item.key(),
                new Known(item.number(), item.deleted() ? Standing.DELETED : Standing.LIVE));
    }

    /** Takes a creation in, whether or not it counts: its number is used from now on. */
    public void born(ItemKey key, long number) {
        if (!items.containsKey(key)) {
            know(key, new Known(number, Standing.GONE));
        }
    }

    /** Takes an item out of which nothing counts any more. Its number stays used. */
    public void remove(ItemKey key) {
        Known before = items.get(key);
        if (before != null) {
            know(key, new Known(before.number(), Standing.GONE));
        }
    }

    private void know(ItemKey key, Known now) {
        Known before = items.put(key, now);
        if (before == null || before.number() != now.number()) {
            if (before != null && before.number() > 0) {
                numbers.computeIfAbsent(before.number(), n -> new ArrayList<>(1)).remove(key);
            }
            if (now.number() > 0) {
                List<ItemKey> sharing =
                        numbers.computeIfAbsent(now.number(), n -> new ArrayList<>(1));
                sharing.add(key);
                sharing.sort(null);
            }
        }
    }

    /** What {@code text} means among the items that are not deleted. */
    public Resolution resolve(String text) {
        return resolve(text, k -> k.standing() == Standing.LIVE);
    }

    /** What {@code text} means among the deleted items: for restoring, and for nothing else. */
    public Resolution resolveDeleted(String text) {
        return resolve(text, k -> k.standing() == Standing.DELETED);
    }

    /**
     * What to call an item: its number alone where no other item that is not deleted has it, else
     * with the fewest letters that tell it apart; where it has no number, the beginning of its id.
     */
    public String reference(ItemKey key) {
        Known known = items.get(key);
        if (known == null || known.number() == 0) {
            return idPrefix(key.text(), SHOWN_LETTERS);
        }
        String id = key.text();
        int letters = 0;
        for (ItemKey other : numbers.getOrDefault(known.number(), List.of())) {
            if (!other.equals(key) && isLive(other)) {
                letters = Math.max(letters, 1 + sameLetters(id, other.text()));
            }
        }
        return letters == 0 ? "" + known.number() : known.number() + "-" + id.substring(0, letters);
    }

    /** The first number never used, from the count of items ever seen upward. */
    public long nextNumber() {
        long next = Math.max(1, items.size());
        while (numbers.containsKey(next)) {
            next++;
        }
        return next;
    }

    private boolean isLive(ItemKey key) {
        Known known = items.get(key);
        return known != null && known.standing() == Standing.LIVE;
    }

    private Resolution resolve(String text, Predicate<Known> wanted) {
        String said = text.strip().toLowerCase(Locale.ROOT);
        int dash = said.indexOf('-');
        String head = dash < 0 ? said : said.substring(0, dash);
        boolean number = digits(head);
        List<ItemKey> found =
                number
                        ? byNumber(head, dash < 0 ? "" : said.substring(dash + 1), wanted)
                        : byId(said, wanted);
        return switch (found.size()) {
            case 0 -> new Resolution.Unknown(text);
            case 1 -> new Resolution.Found(found.getFirst());
            default ->
                    new Resolution.Ambiguous(
                            text,
                            found.stream()
                                    .map(k -> new Resolution.Candidate(k, longReference(k, found)))
                                    .toList());
        };
    }

    /** A reference that tells {@code key} apart from all others of a refusal. */
    private String longReference(ItemKey key, List<ItemKey> found) {
        String id = key.text();
        int letters = 1;
        for (ItemKey other : found) {
            if (!other.equals(key)) {
                letters = Math.max(letters, 1 + sameLetters(id, other.text()));
            }
        }
        long number = numberOf(key);
        return number > 0 && found.stream().allMatch(k -> numberOf(k) == number)
                ? number + "-" + id.substring(0, letters)
                : idPrefix(id, letters);
    }

    /** The beginning of an id, long enough to be read as one and not as a number. */
    private static String idPrefix(String id, int letters) {
        int length = Math.max(letters, SHOWN_LETTERS);
        while (length < id.length() && digits(id.substring(0, length))) {
            length++;
        }
        return id.substring(0, length);
    }

    private static boolean digits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private long numberOf(ItemKey key) {
        Known known = items.get(key);
        return known == null ? 0 : known.number();
    }

    private List<ItemKey> byNumber(String digits, String letters, Predicate<Known> wanted) {
        if (digits.length() > DIGITS_MAX) {
            return List.of();
        }
        List<ItemKey> sharing = numbers.getOrDefault(Long.parseLong(digits), List.of());
        return sharing.stream()
                .filter(k -> wants(k, wanted) && k.text().startsWith(letters))
                .toList();
    }

    private boolean wants(ItemKey key, Predicate<Known> wanted) {
        Known known = items.get(key);
        return known != null && wanted.test(known);
    }

    private List<ItemKey> byId(String prefix, Predicate<Known> wanted) {
        ItemKey from = prefix.length() < PREFIX_MIN ? null : lowest(prefix);
        if (from == null) {
            return List.of();
        }
        List<ItemKey> out = new ArrayList<>();
        for (Map.Entry<ItemKey, Known> e : items.tailMap(from, true).entrySet()) {
            if (!e.getKey().text().startsWith(prefix)) {
                break;
            }
            if (wanted.test(e.getValue())) {
                out.add(e.getKey());
            }
        }
        return out;
    }

    /** The smallest key whose text can begin with {@code prefix}; null if none can. */
    private static @Nullable ItemKey lowest(String prefix) {
        if (prefix.length() > ID_LETTERS) {
            return null;
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < ID_LETTERS; i++) {
            char c = i < prefix.length() ? prefix.charAt(i) : 'a';
            int five = c >= 'a' && c <= 'z' ? c - 'a' : c >= '2' && c <= '7' ? c - '2' + 26 : -1;
            if (five < 0) {
                return null;
            }
            int bits = i < ID_LETTERS - 1 ? 5 : 3;
            high = high << bits | low >>> (64 - bits);
            low = low << bits | five >> (5 - bits);
        }
        return new ItemKey(high, low);
    }

    private static int sameLetters(String a, String b) {
        int same = 0;
        while (same < a.length() - 1 && a.charAt(same) == b.charAt(same)) {
            same++;
        }
        return same;
    }
}
