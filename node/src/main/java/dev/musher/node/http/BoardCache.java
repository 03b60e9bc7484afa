package dev.musher.node.http;

import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.pipeline.Board;
import dev.musher.crdt.pipeline.Item;
import dev.musher.node.replica.KeyMap;
import dev.musher.node.replica.Published;
import dev.musher.node.web.Answer;
import dev.musher.protocol.json.BoardView;
import dev.musher.protocol.json.ItemView;
import dev.musher.protocol.json.JsonOut;
import dev.musher.protocol.json.Names;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The board, encoded once for each state of the items: a prebuilt answer is served many times
 * faster than one encoded each time. Thread safe; one thread encodes while others wait for it.
 */
final class BoardCache {

    private record Built(KeyMap<Item> items, String cursor, long settling, Answer answer) {}

    /** A card that still stands while the item is the same object and is called the same. */
    private record Card(Item item, String reference, byte[] json) {}

    private final Backend backend;
    private volatile @Nullable Built built;
    private Map<ItemKey, Card> cards = Map.of();

    BoardCache(Backend backend) {
        this.backend = backend;
    }

    /** The answer if it is built for the present state, else null. Does not block. */
    @Nullable Answer ready() {
        Built have = built;
        return have != null && fits(have, backend.published()) ? have.answer : null;
    }

    /** The answer for the present state. */
    synchronized Answer now() {
        Published state = backend.published();
        Built have = built;
        if (have != null && fits(have, state)) {
            return have.answer;
        }
        List<Item> items = new ArrayList<>(state.items().size());
        state.items().forEach((key, item) -> items.add(item));
        Names names = backend.names(state);
        ItemView view = new ItemView(names);
        Map<ItemKey, Card> before = cards;
        Map<ItemKey, Card> now = HashMap.newHashMap(items.size());
        byte[] json =
                BoardView.board(
                        Board.of(items),
                        (out, item) -> {
                            Card card = card(item, before.get(item.key()), view, names);
                            now.put(item.key(), card);
                            out.raw(card.json);
                        },
                        state.cursor(),
                        state.settling(),
                        null);
        cards = now;
        Built fresh =
                new Built(
                        state.items(),
                        state.cursor(),
                        state.settling(),
                        new Answer.Json(200, json, state.cursor()));
        built = fresh;
        return fresh.answer;
    }

    @SuppressWarnings("ReferenceEquality") // an item that changed is another object
    private static Card card(Item item, @Nullable Card have, ItemView view, Names names) {
        String reference = names.reference(item.key());
        if (have != null
                && have.item == item
                && have.reference.equals(reference)
                && item.epic() == null
                && item.dependsOn().isEmpty()) {
            return have;
        }
        JsonOut out = new JsonOut();
        view.card(out, item);
        return new Card(item, reference, out.toBytes());
    }

    /** The board at a past moment. */
    byte[] past(long moment) {
        Published state = backend.published();
        return BoardView.board(Board.of(backend.past(moment)), backend.names(state), null, moment);
    }

    private static boolean fits(Built have, Published state) {
        return have.items == state.items()
                && have.cursor.equals(state.cursor())
                && have.settling == state.settling();
    }
}
