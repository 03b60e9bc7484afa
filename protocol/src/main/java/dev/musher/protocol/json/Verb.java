package dev.musher.protocol.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The commands by their word in JSON ({@code op} of a batch line), with the members each takes.
 * {@code ref} is one of them wherever a command is about an item; on a route it stands in the path.
 */
public enum Verb {
    /** {@link Command.Create}. */
    CREATE(
            "create",
            "type name origin",
            "body priority assignee agent epic order qa_mode plan_state labels depends_on todos"),
    /** {@link Command.Edit}. */
    EDIT(
            "edit",
            "ref",
            "type name body priority assignee agent epic order qa_mode plan_state labels depends_on"
                    + " todos add_labels remove_labels add_depends_on remove_depends_on add_todos"
                    + " remove_todos seen"),
    /** {@link Command.Act}; with who does it from now on or a note, {@link Command.Together}. */
    EVENT("event", "ref event", "reason details seen assignee agent text"),
    /** {@link Command.Note}. */
    NOTE("note", "ref text", ""),
    /** {@link Command.EditNote}. */
    EDIT_NOTE("edit_note", "ref note text", ""),
    /** {@link Command.Delete}. */
    DELETE("delete", "ref", "seen"),
    /** {@link Command.Restore}. */
    RESTORE("restore", "ref", ""),
    /** {@link Command.Settle}. */
    SETTLE("settle", "ref field choice", ""),
    /** {@link Command.AddElement}. */
    ADD_ELEMENT("add_element", "ref set element", ""),
    /** {@link Command.RemoveElement}. */
    REMOVE_ELEMENT("remove_element", "ref set element", ""),
    /** {@link Command.Check}. */
    CHECK("check", "ref todo checked", "seen"),
    /** {@link Command.Count}. */
    COUNT("count", "ref counter amount", ""),
    /** {@link Command.AddMember}. */
    ADD_MEMBER("add_member", "device role label", "expires"),
    /** {@link Command.SetRole}. */
    SET_ROLE("set_role", "device role", ""),
    /** {@link Command.Adopt}; with a device, {@link Command.AdoptDevice}. */
    ADOPT("adopt", "", "change changes heads device"),
    /** {@link Command.Revoke}. */
    REVOKE("revoke", "device", "keep"),
    /** {@link Command.SettleForks}. */
    SETTLE_FORKS("settle_forks", "", "device");

    private final String word;
    private final List<String> required;
    private final List<String> all;

    Verb(String word, String required, String optional) {
        this.word = word;
        this.required = words(required);
        List<String> both = new ArrayList<>(this.required);
        both.addAll(words(optional));
        this.all = List.copyOf(both);
    }

    /** The word in JSON. */
    public String word() {
        return word;
    }

    /** Members that must be there. */
    public List<String> required() {
        return required;
    }

    /** Every member it takes, the required ones first. */
    public List<String> members() {
        return all;
    }

    /** The verb with this word. */
    public static Optional<Verb> parse(String word) {
        for (Verb v : values()) {
            if (v.word.equals(word)) {
                return Optional.of(v);
            }
        }
        return Optional.empty();
    }

    private static List<String> words(String spaced) {
        return spaced.isEmpty() ? List.of() : List.of(spaced.split(" "));
    }
}
