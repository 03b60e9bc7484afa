package dev.musher.protocol.json;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.pipeline.Birth;
import dev.musher.crdt.pipeline.Claim;
import dev.musher.crdt.pipeline.Conflict;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.type.Body;
import dev.musher.crdt.type.Head;
import dev.musher.crdt.type.NoteList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An item as JSON. Names of fields are those of the contract's H-02. The card is what a board and
 * an event show; the whole adds what one page of one item shows, long texts included.
 *
 * <p>Stateless but for {@link Names}; as thread safe as those are.
 */
public final class ItemView {

    private final Names names;

    /** A view that calls things by {@code names}. */
    public ItemView(Names names) {
        this.names = names;
    }

    /** Writes the card as one value. */
    public void card(JsonOut out, Item item) {
        out.object();
        members(out, item);
        out.endObject();
    }

    /** The whole item as JSON text; reads the changes that hold its body and notes. */
    public byte[] whole(Item item, Source source) {
        JsonOut out = new JsonOut(2048);
        out.object();
        members(out, item);
        Head<Body> body = item.body().top();
        out.member("body", body == null ? null : emptyAsNull(Texts.of(body.ref(), source)))
                .member("qa_mode", item.text(Field.QA_MODE))
                .member("plan_state", item.text(Field.PLAN_STATE))
                .member("retries", item.retries())
                .member("resume_to", StageView.resumeTo(item.stage()))
                .member("events", StageView.allowed(item.stage()))
                .name("stage_details");
        StageView.details(out, item.stage());
        out.member("tokens", item.tokens()).member("micro_dollars", item.microDollars());
        birth(out, item.birth());
        claim(out, item.claim());
        notes(out, item.notes(), source);
        return out.endObject().toBytes();
    }

    private void members(JsonOut out, Item item) {
        out.member("id", item.key().shortId())
                .member("ref", names.reference(item.key()))
                .member("number", item.number())
                .member("type", item.text(Field.TYPE))
                .member("name", item.name())
                .member("stage", StageView.word(item.stage()))
                .member("column", item.column().word())
                .member("badge", item.badge().word())
                .member("priority", item.priority())
                .member("order", item.text(Field.ORDER))
                .member("assignee", item.text(Field.ASSIGNEE))
                .member("agent", item.text(Field.AGENT))
                .name("epic");
        ItemKey epic = item.epic();
        if (epic == null) {
            out.nothing();
        } else {
            other(out, epic);
        }
        out.member("labels", item.labels()).name("depends_on").array();
        item.dependsOn().forEach(on -> other(out, on));
        out.endArray().name("todos").array();
        for (String todo : item.todos()) {
            out.object().member("text", todo).member("checked", item.checked(todo)).endObject();
        }
        out.endArray().member("notes_count", item.notes().notes().size()).name("conflicts").array();
        for (Conflict conflict : item.conflicts()) {
            out.value(conflict.subject().word());
        }
        out.endArray();
        if (item.deleted()) {
            out.member("deleted", true);
        }
        out.name("updated").time(item.updatedWallMs()).member("version", item.version());
    }

    private void other(JsonOut out, ItemKey key) {
        out.object()
                .member("id", key.shortId())
                .member("ref", names.reference(key))
                .member("name", names.title(key))
                .endObject();
    }

    private void birth(JsonOut out, @Nullable Birth birth) {
        Origin origin = birth == null ? null : birth.origin();
        out.name("origin");
        if (origin == null) {
            out.value("unknown");
        } else {
            out.object()
                    .member("kind", origin.kind().word())
                    .member("id", origin.id())
                    .name("time")
                    .time(origin.timeMs())
                    .endObject();
        }
        if (birth != null) {
            out.name("created").time(birth.wallMs()).name("created_by");
            AuthorView.write(out, birth.actor(), birth.device(), names);
        }
    }

    private void claim(JsonOut out, @Nullable Claim claim) {
        if (claim != null) {
            out.name("claim")
                    .object()
                    .member("holder", claim.holder().hex())
                    .member("via", names.device(claim.holder()))
                    .member("kind", claim.granted() ? "granted" : "tentative")
                    .member("generation", claim.generation())
                    .endObject();
        }
    }

    private void notes(JsonOut out, NoteList notes, Source source) {
        out.name("notes").array();
        for (NoteList.Note note : notes.notes()) {
            Change first = source.change(note.ref().change());
            Ref shown = note.shown();
            out.object()
                    .member("id", note.ref().toString())
                    .member("text", Texts.of(shown, source))
                    .member("edited", !shown.equals(note.ref()))
                    .name("at")
                    .time(first.header().wallMs())
                    .name("by");
            AuthorView.write(out, first.actor(), first.device(), names);
            out.endObject();
        }
        out.endArray();
    }

    /** The conflicts of some items: {@code {conflicts:[{ref, field, shown, others}]}}. */
    public byte[] conflicts(List<Item> items, Source source) {
        JsonOut out = new JsonOut();
        out.object().name("conflicts").array();
        for (Item item : items) {
            for (Conflict conflict : item.conflicts()) {
                out.object()
                        .member("id", item.key().shortId())
                        .member("ref", names.reference(item.key()))
                        .member("field", conflict.subject().word())
                        .name("shown");
                alternative(out, conflict.shown(), source);
                out.name("others").array();
                conflict.others().forEach(other -> alternative(out, other, source));
                out.endArray().endObject();
            }
        }
        return out.endArray().endObject().toBytes();
    }

    private void alternative(JsonOut out, Conflict.Alternative one, Source source) {
        Change change = source.change(one.ref().change());
        out.object().name("value");
        switch (one.content()) {
            case Conflict.OfValue c -> value(out, c.value());
            case Conflict.OfText c -> out.value(Texts.of(one.ref(), source));
            case Conflict.OfCheck c -> out.value(c.checked());
            case Conflict.OfStage c -> out.value(c.stage().name().word());
        }
        out.name("by");
        AuthorView.write(out, change.actor(), change.device(), names);
        out.name("at")
                .time(change.header().wallMs())
                .member("change", one.ref().change().hex())
                .member("op", one.ref().index())
                .endObject();
    }

    private void value(JsonOut out, Value value) {
        switch (value) {
            case Value.None v -> out.nothing();
            case Value.Text v -> out.value(v.text());
            case Value.Int v -> out.value(v.number());
            case Value.Flag v -> out.value(v.flag());
            case Value.Item v -> other(out, v.key());
            case Value.Dropped v -> dropped(out, v);
        }
    }

    /** What is left of a text that compaction dropped. */
    static void dropped(JsonOut out, Value.Dropped v) {
        out.object().name("dropped").object();
        out.member("sha256", v.sha256().hex()).member("bytes", v.bytes());
        out.endObject().endObject();
    }

    private static @Nullable String emptyAsNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
