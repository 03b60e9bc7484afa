package dev.musher.ops.demo;

import dev.musher.ops.cli.Json;

/**
 * One event of the recorded work.
 *
 * @param number 1.. in the order in which they happened
 * @param actor who did it
 * @param issue the issue it is about
 * @param type status_changed, updated, closed, created, label_added, label_removed, reopened,
 *     renamed
 * @param before the issue as it was, where the record tells
 * @param after fields as they became, or a bare text
 */
record DemoEvent(
        long number,
        String actor,
        String issue,
        String type,
        Json before,
        Json after,
        String comment) {

    static DemoEvent of(Json line) {
        return new DemoEvent(
                line.at("id").number(),
                line.at("actor").text(),
                line.at("issue").text(),
                line.at("type").text(),
                line.at("old"),
                line.at("new"),
                line.at("comment").text());
    }

    /** The label of a label event, empty of others. */
    String label() {
        int colon = comment.indexOf(": ");
        return type.startsWith("label_") && colon > 0 ? comment.substring(colon + 2).strip() : "";
    }

    /** Which of {@code nodes} does the work of this actor: always the same one. */
    int dealtTo(int nodes) {
        return Math.floorMod(actor.hashCode(), nodes);
    }
}
