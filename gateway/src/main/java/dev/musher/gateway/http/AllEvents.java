package dev.musher.gateway.http;

import dev.musher.gateway.view.EventVector;
import dev.musher.gateway.view.Marked;
import dev.musher.gateway.view.ProjectJson;
import dev.musher.node.http.Backend;
import dev.musher.node.http.EventRoutes;
import dev.musher.node.replica.NodeHealth;
import dev.musher.node.replica.Published;
import dev.musher.node.web.FeedSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The events of all projects as one log. Each project keeps its order; between projects there is
 * none. A cursor says for each store what the reader has, so nothing is lost over a restart. A
 * project that was added meanwhile begins with one event {@code project}, once its history is here:
 * who gets it reads the board, as each change since the beginning would be far more. Thread safe.
 */
final class AllEvents implements FeedSource {

    private final Projects projects;

    AllEvents(Projects projects) {
        this.projects = projects;
    }

    @Override
    public String newest() {
        EventVector out = EventVector.NONE;
        for (Projects.Held project : projects.all()) {
            Published state = project.backend().published();
            if (isHere(state)) {
                out = out.with(EventVector.store(state.cursor()), sequence(state.cursor()));
            }
        }
        return out.text();
    }

    @Override
    public Page after(String cursor, int max) {
        EventVector from = EventVector.parse(cursor);
        if (from == null) {
            return new Page.Foreign();
        }
        Map<String, Projects.Held> stores = new LinkedHashMap<>();
        for (Projects.Held project : projects.all()) {
            stores.put(EventVector.store(project.backend().published().cursor()), project);
        }
        if (!stores.keySet().containsAll(from.seen().keySet())) {
            return new Page.Foreign();
        }
        Reading reading = new Reading(from, max);
        stores.forEach(reading::begin);
        // First a fair share for each, so that one that catches up does not keep the others back.
        int share = Math.max(1, max / Math.max(1, stores.size()));
        boolean known = true;
        for (int round = 0; round < 2; round++) {
            for (Map.Entry<String, Projects.Held> store : stores.entrySet()) {
                known &= reading.read(store.getKey(), store.getValue(), round == 0 ? share : max);
            }
        }
        return known ? new Page.Events(reading.events, reading.at.text()) : new Page.Foreign();
    }

    @Override
    public void onMore(Runnable more) {
        projects.onChange(more);
    }

    @Override
    public void forget(Runnable more) {
        projects.forget(more);
    }

    /** Whether a project's history is here: until then all of it is on its way. */
    private static boolean isHere(Published state) {
        return state.health().state() != NodeHealth.State.JOINING;
    }

    private static long sequence(String cursor) {
        return Long.parseLong(cursor.substring(cursor.lastIndexOf('-') + 1));
    }

    /** One page in the making. */
    private static final class Reading {
        private final List<Event> events = new ArrayList<>();
        private final int max;
        private EventVector at;

        Reading(EventVector from, int max) {
            this.at = from;
            this.max = max;
        }

        /** Begins with a store that the reader has not heard of. */
        void begin(String store, Projects.Held project) {
            Published state = project.backend().published();
            if (at.seen().containsKey(store) || events.size() == max || !isHere(state)) {
                return;
            }
            // First the place, then what is told: a change in between comes once more.
            at = at.with(store, sequence(state.cursor()));
            events.add(new Event(at.text(), "project", ProjectJson.added(project.view())));
        }

        /**
         * Adds up to {@code share} events of a store; false where the place means nothing there.
         */
        boolean read(String store, Projects.Held project, int share) {
            int room = Math.min(share, max - events.size());
            if (room == 0 || !at.seen().containsKey(store)) {
                return true;
            }
            Backend backend = project.backend();
            String newest = backend.published().cursor();
            String from = newest.substring(0, newest.lastIndexOf('-') + 1) + at.at(store);
            Page page = new EventRoutes.Source(backend).after(from, room);
            if (!(page instanceof Page.Events found)) {
                return false;
            }
            String id = backend.published().project().hex();
            for (Event event : found.events()) {
                at = at.with(store, sequence(event.cursor()));
                events.add(new Event(at.text(), event.type(), Marked.with(id, event.json())));
            }
            return true;
        }
    }
}
