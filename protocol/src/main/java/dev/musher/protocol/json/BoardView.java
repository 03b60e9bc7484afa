package dev.musher.protocol.json;

import dev.musher.crdt.pipeline.Board;
import dev.musher.crdt.pipeline.Item;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Many items as JSON: the board, and a list. */
public final class BoardView {

    private BoardView() {}

    /**
     * The board: {@code {cursor, settling, at, columns:[{column, items:[card]}]}}.
     *
     * @param cursor of the events that are in it: what comes after is in the stream since it; null
     *     for a past board
     * @param atMs the moment of a past board, else null
     */
    public static byte[] board(
            Board board, Names names, @Nullable String cursor, @Nullable Long atMs) {
        return board(board, new ItemView(names)::card, cursor, 0, atMs);
    }

    /**
     * As {@link #board(Board, Names, String, Long)}, with cards that the caller may keep.
     *
     * @param card writes the card of an item as one value
     * @param settling 0 where the items are what the changes make of them; else how much is still
     *     to be gone through
     */
    public static byte[] board(
            Board board,
            BiConsumer<JsonOut, Item> card,
            @Nullable String cursor,
            long settling,
            @Nullable Long atMs) {
        JsonOut out = new JsonOut(64 * 1024);
        out.object();
        if (cursor != null) {
            out.member("cursor", cursor).member("settling", settling);
        }
        if (atMs != null) {
            out.name("at").time(atMs);
        }
        out.name("columns").array();
        board.columns()
                .forEach((column, items) -> {
                    out.object()
                            .member("column", column.word())
                            .member("count", items.size())
                            .name("items")
                            .array();
                    items.forEach(item -> card.accept(out, item));
                    out.endArray().endObject();
                });
        return out.endArray().endObject().toBytes();
    }

    /**
     * A list: {@code {settling, items:[card], next}}.
     *
     * @param settling as in a board
     * @param next the cursor of the next page, null on the last one
     */
    public static byte[] list(List<Item> items, Names names, long settling, @Nullable String next) {
        ItemView view = new ItemView(names);
        JsonOut out = new JsonOut(16 * 1024);
        out.object().member("settling", settling).name("items").array();
        items.forEach(item -> view.card(out, item));
        return out.endArray().member("next", next).endObject().toBytes();
    }
}
