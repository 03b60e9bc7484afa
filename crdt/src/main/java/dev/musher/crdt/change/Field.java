package dev.musher.crdt.change;

import java.util.Optional;

/** The registers of an item. The ordinal is the wire code: new fields go to the end. */
public enum Field {
    /** Title, 1..300 characters. */
    NAME("name", Kind.TEXT),
    /** Markdown, at most 48 KiB of UTF-8. */
    BODY("body", Kind.TEXT),
    /** story, bug, spike, refactor or epic. */
    TYPE("type", Kind.TEXT),
    /** The epic it belongs to. */
    EPIC("epic", Kind.ITEM),
    /** The agent that shall work it. */
    AGENT("agent", Kind.TEXT),
    /** The person or agent responsible. */
    ASSIGNEE("assignee", Kind.TEXT),
    /** 0 (highest) .. 9; unset counts as 2. */
    PRIORITY("priority", Kind.NUMBER),
    /** Place within its column: a fractional key, compared as text. */
    ORDER("order", Kind.TEXT),
    /** server, agent or human. */
    QA_MODE("qa_mode", Kind.TEXT),
    /** State of the plan an agent made. */
    PLAN_STATE("plan_state", Kind.TEXT),
    /** True hides the item from every query; true wins over concurrent edits. */
    DELETED("deleted", Kind.FLAG);

    /** Which kind of {@link Value} a field holds; {@link Value.None} clears any of them. */
    public enum Kind {
        /** {@link Value.Text}. */
        TEXT,
        /** {@link Value.Int}. */
        NUMBER,
        /** {@link Value.Flag}. */
        FLAG,
        /** {@link Value.Item}. */
        ITEM
    }

    private final String word;
    private final Kind kind;

    Field(String word, Kind kind) {
        this.word = word;
        this.kind = kind;
    }

    /** The name in JSON and on the command line. */
    public String word() {
        return word;
    }

    /** The kind of value it holds. */
    public Kind kind() {
        return kind;
    }

    /** The field with this word. */
    public static Optional<Field> parse(String word) {
        for (Field f : values()) {
            if (f.word.equals(word)) {
                return Optional.of(f);
            }
        }
        return Optional.empty();
    }
}
