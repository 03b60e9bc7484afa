package dev.musher.gateway.http;

import dev.musher.gateway.view.AllBoard;
import dev.musher.gateway.view.ProjectView;
import dev.musher.node.replica.Published;
import dev.musher.node.web.Answer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The board of all projects, encoded once for each state and limit. Thread safe. */
final class AllBoardCache {

    private record Built(int limit, String cursor, List<ProjectView> views, Answer answer) {}

    private final Projects projects;
    private final AllEvents events;
    private @Nullable Built built;

    AllBoardCache(Projects projects, AllEvents events) {
        this.projects = projects;
        this.events = events;
    }

    /**
     * The answer for the present state. Its cursor is not ahead of what it shows.
     *
     * @param limit items at most of one project in one column
     */
    synchronized Answer now(int limit) {
        // First the cursor, then the states: a change in between comes once more in the stream,
        // where the other order would lose it.
        String cursor = events.newest();
        List<ProjectView> views = projects.all().stream().map(Projects.Held::view).toList();
        Built have = built;
        if (have != null
                && have.limit == limit
                && have.cursor.equals(cursor)
                && same(have.views, views)) {
            return have.answer;
        }
        Answer answer = new Answer.Json(200, AllBoard.board(views, cursor, limit), cursor);
        built = new Built(limit, cursor, views, answer);
        return answer;
    }

    /** A change of rights may change items without a further event. */
    private static boolean same(List<ProjectView> before, List<ProjectView> now) {
        boolean same = before.size() == now.size();
        for (int i = 0; same && i < now.size(); i++) {
            Published a = before.get(i).state();
            Published b = now.get(i).state();
            same = a.items() == b.items() && a.settling() == b.settling();
        }
        return same;
    }
}
