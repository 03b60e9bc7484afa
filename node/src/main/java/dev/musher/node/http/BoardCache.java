package dev.musher.node.http;

import dev.musher.crdt.pipeline.Board;
import dev.musher.crdt.pipeline.Item;
import dev.musher.node.replica.KeyMap;
import dev.musher.node.replica.Published;
import dev.musher.node.web.Answer;
import dev.musher.protocol.json.BoardView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The board, encoded once for each state of the items: a prebuilt answer is served many times
 * faster than one encoded each time. Thread safe; one thread encodes while others wait for it.
 */
final class BoardCache {

    private record Built(KeyMap<Item> items, String cursor, Answer answer) {}

    private final Backend backend;
    private volatile @Nullable Built built;

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
        byte[] json = BoardView.board(Board.of(items), backend.names(state), state.cursor(), null);
        Built fresh =
                new Built(
                        state.items(), state.cursor(), new Answer.Json(200, json, state.cursor()));
        built = fresh;
        return fresh.answer;
    }

    /** The board at a past moment. */
    byte[] past(long moment) {
        Published state = backend.published();
        return BoardView.board(Board.of(backend.past(moment)), backend.names(state), null, moment);
    }

    private static boolean fits(Built have, Published state) {
        return have.items == state.items() && have.cursor.equals(state.cursor());
    }
}
