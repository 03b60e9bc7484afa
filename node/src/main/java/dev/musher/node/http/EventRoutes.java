package dev.musher.node.http;

import dev.musher.node.replica.Arrival;
import dev.musher.node.replica.EventPage;
import dev.musher.node.replica.Published;
import dev.musher.node.web.Exchange;
import dev.musher.node.web.Feed;
import dev.musher.node.web.FeedSource;
import dev.musher.node.web.Route;
import dev.musher.protocol.json.ChangeView;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Outcome;
import java.util.ArrayList;
import java.util.List;

/** The stream of events: one for each change, in the order of arrival at this node. */
public final class EventRoutes {

    private final Backend backend;
    private final Feed feed;

    /**
     * The route over a feed.
     *
     * @param feed of {@link Source} over the same backend, or of something that has it within
     */
    public EventRoutes(Backend backend, Feed feed) {
        this.backend = backend;
        this.feed = feed;
    }

    /** {@code GET /api/v1/events}. */
    public List<Route> routes() {
        return List.of(Route.get("/api/v1/events", this::events));
    }

    private void events(Exchange exchange) {
        if (feed.full()) {
            exchange.problem(Code.BUSY, "There are as many event streams as this node allows.");
            return;
        }
        // A browser that reconnects by itself repeats the URL and says in the header where it was.
        String last = exchange.request().getHeader("Last-Event-ID");
        String cursor = last != null ? last : exchange.query("since");
        feed.open(
                exchange.request(),
                cursor,
                () ->
                        exchange.problem(
                                Outcome.Refused.of(
                                                Code.RESYNC,
                                                "The cursor is not of this store. Read the board"
                                                        + " anew and go on from the cursor in it.")
                                        .with("cursor", backend.published().cursor())));
    }

    /** The node's arrivals as events. */
    public record Source(Backend backend) implements FeedSource {

        @Override
        public String newest() {
            return backend.published().cursor();
        }

        @Override
        public Page after(String cursor, int max) {
            return switch (backend.events(cursor, max)) {
                case EventPage.Resync resync -> new Page.Foreign();
                case EventPage.Events page -> events(page);
            };
        }

        @Override
        public void onMore(Runnable more) {
            backend.onPublish(more);
        }

        @Override
        public void forget(Runnable more) {
            backend.forget(more);
        }

        private Page events(EventPage.Events page) {
            Published state = backend.published();
            ChangeView view = new ChangeView(backend.names(state));
            List<Event> out = new ArrayList<>(page.events().size());
            // The page's cursor is STORE-SEQUENCE of its last event.
            String store = page.cursor().substring(0, page.cursor().lastIndexOf('-') + 1);
            for (Arrival arrival : page.events()) {
                String cursor = store + arrival.sequence();
                byte[] json =
                        view.event(
                                cursor,
                                arrival.change(),
                                arrival.items(),
                                arrival.changesAccess(),
                                state.items()::get);
                out.add(new Event(cursor, "change", json));
            }
            return new Page.Events(out, page.cursor());
        }
    }
}
