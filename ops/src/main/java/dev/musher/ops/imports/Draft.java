package dev.musher.ops.imports;

import com.fasterxml.jackson.databind.JsonNode;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Origin;
import dev.musher.ops.imports.ForeignItem.Link;
import dev.musher.ops.imports.ForeignItem.State;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One foreign item while it is read: what a file says is fitted into our bounds, what is over goes
 * on as a note or label, and what cannot be kept is counted. Notes stand in the order of the calls.
 * Not thread safe.
 */
final class Draft {

    private final String id;
    private final String where;
    private final Tally lost;
    private final Set<String> labels = new LinkedHashSet<>();
    private final Set<String> todos = new LinkedHashSet<>();
    private final List<String> notes = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();
    private String type = "story";
    private String name = Texts.name("");
    private String body = "";
    private Origin origin = new Origin(Origin.Kind.BOT, "import", 0);
    private @Nullable Integer priority;
    private @Nullable String assignee;
    private State state = State.BACKLOG;
    private String reason = "";

    /**
     * An item of which nothing is known yet.
     *
     * @param id the id that links of the import name
     * @param where how losses name the item
     */
    Draft(String id, String where, Tally lost) {
        this.id = id;
        this.where = where;
        this.lost = lost;
    }

    /** The item as read. */
    ForeignItem item() {
        return new ForeignItem(
                id,
                type,
                name,
                body,
                origin,
                priority,
                assignee,
                limited(labels, "labels"),
                limited(todos, "todos"),
                notes,
                links,
                state,
                reason);
    }

    /** Counts something that is not kept. */
    void lost(String what, String which) {
        lost.add(what, (where + " " + which).strip());
    }

    /** Counts the fields that a reader does not know. */
    void fields(Iterator<String> present, Set<String> known) {
        present.forEachRemaining(f -> {
            if (!known.contains(f)) {
                lost("field_" + f, "");
            }
        });
    }

    /** One of our types; any other word makes a story with the word as label. */
    void type(String word) {
        if (!word.isBlank()) {
            type =
                    Words.type(word)
                            .orElseGet(() -> {
                                lost("type_as_label", word);
                                label("type:" + word);
                                return "story";
                            });
        }
    }

    /** The name; what it has over {@link Limits#NAME_CHARS} is kept in a note. */
    void name(String title) {
        name = Texts.name(title);
        if (name.endsWith("…") && !title.strip().endsWith("…")) {
            note("Whole title: " + title);
        }
    }

    /** The body; what it has over {@link Limits#BODY_BYTES} is kept in notes. */
    void body(String text) {
        List<String> pieces = Texts.pieces(text, Limits.BODY_BYTES);
        body = pieces.isEmpty() ? "" : pieces.get(0);
        pieces.stream().skip(1).forEach(this::note);
    }

    /** A note, in as many as its length needs; none for blank text. */
    void note(String text) {
        notes.addAll(Texts.pieces(text, Limits.NOTE_BYTES));
    }

    /** A note under a title; none for blank text. */
    void section(String title, String text) {
        if (!text.isBlank()) {
            note(title + ":\n" + text);
        }
    }

    /** Who made it, {@code tool} where nobody is named, and when; a blank time is no time. */
    void origin(String actor, String tool, String created) {
        var time = Texts.time(created);
        if (time.isEmpty() && !created.isBlank()) {
            lost("time_not_read", created);
        }
        origin =
                new Origin(kind(actor), actor.isBlank() ? tool : Texts.name(actor), time.orElse(0));
    }

    /** Made by an import that names nobody, at {@code ms} since 1970. */
    void origin(long ms) {
        origin = new Origin(Origin.Kind.BOT, "import", ms);
    }

    /**
     * Who an actor is: other trackers do not say. A path ({@code gastown/crew/max}) or a lower-case
     * word ({@code mayor}) names an agent, a written name a person, nothing the tracker.
     */
    private static Origin.Kind kind(String actor) {
        if (actor.isBlank()) {
            return Origin.Kind.BOT;
        }
        boolean person = actor.contains(" ") || actor.contains("@");
        return person || !actor.equals(actor.toLowerCase(Locale.ROOT))
                ? Origin.Kind.USER
                : Origin.Kind.AGENT;
    }

    /** A whole number of 0..9; nothing where there is none. */
    void priority(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return;
        }
        if (value.isInt() && value.intValue() >= 0 && value.intValue() <= 9) {
            priority = value.intValue();
        } else {
            lost("priority_out_of_range", value.toString());
        }
    }

    /** Whose it is; nobody's for a blank name. */
    void assignee(String who) {
        assignee = who.isBlank() ? null : Texts.name(who);
    }

    /** One label more. */
    void label(String text) {
        labels.add(Texts.name(text));
    }

    /** One todo more. */
    void todo(String text) {
        todos.add(Texts.name(text));
    }

    /** One link more. */
    void link(String kind, String to) {
        links.add(new Link(kind, to));
    }

    /** Where it stands; false, and counted as lost, where the word says nothing to us. */
    boolean state(String word) {
        Optional<State> known = Words.state(word);
        known.ifPresentOrElse(s -> state = s, () -> lost("unknown_stage", word));
        return known.isPresent();
    }

    /** Where it stands. */
    void state(State known) {
        state = known;
    }

    /** Why it was closed; a longer text is kept whole as a note, too. */
    void reason(String text) {
        List<String> pieces = Texts.pieces(text, Limits.REASON_BYTES);
        reason = pieces.isEmpty() ? "" : pieces.get(0);
        if (pieces.size() > 1) {
            section("Why it was closed", text);
        }
    }

    private List<String> limited(Set<String> values, String what) {
        if (values.size() > Limits.ELEMENTS) {
            lost(what + "_over_" + Limits.ELEMENTS, "");
        }
        return values.stream().limit(Limits.ELEMENTS).toList();
    }
}
