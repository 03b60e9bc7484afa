package dev.musher.node.http;

import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.pipeline.Column;
import dev.musher.crdt.pipeline.Conflict;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.pipeline.Stage;
import dev.musher.crdt.pipeline.Subject;
import dev.musher.node.replica.Published;
import dev.musher.protocol.json.JsonOut;
import dev.musher.protocol.json.Names;

/** Why an item does not move, out of the state, each with the action that frees it. */
final class Why {

    private Why() {}

    static byte[] answer(Published state, Item item, Names names) {
        String ref = names.reference(item.key());
        Stage stage = item.stage();
        JsonOut out = new JsonOut();
        out.object()
                .member("ref", ref)
                .member("stage", stage == null ? null : stage.name().word())
                .name("reasons")
                .array();
        switch (stage) {
            case Stage.Blocked s ->
                    reason(out, "blocked", "It is blocked: " + s.reason(), ref, "unblock");
            case Stage.Frozen s -> reason(out, "frozen", "It is frozen.", ref, "unfreeze");
            case Stage.ReviewHold s ->
                    reason(out, "review_hold", "It waits for a person's word.", ref, "merge");
            case Stage.MergeFailure s ->
                    reason(out, "merge_failure", "Its merge failed: " + s.kind(), ref, "fixup");
            case Stage.MergeFailureFinal s ->
                    reason(out, "merge_failure", "Its merge failed: " + s.kind(), ref, "retry");
            case Stage.Upcoming s ->
                    reason(out, "upcoming", "It was not triaged yet.", ref, "triage");
            case Stage.Backlog s -> backlog(out, state, item, names);
            case null, default -> {}
        }
        for (Conflict conflict : item.conflicts()) {
            if (conflict.subject() instanceof Subject.OfStage) {
                out.object()
                        .member("code", "conflict")
                        .member("text", "Concurrent moves lead to different stages.")
                        .member("action", "musher settle " + ref + " stage CHOICE")
                        .endObject();
            }
        }
        return out.endArray().endObject().toBytes();
    }

    /** One that lists dependencies waits for them; one that lists none waits for a person. */
    private static void backlog(JsonOut out, Published state, Item item, Names names) {
        boolean waits = false;
        for (ItemKey key : item.dependsOn()) {
            Item on = state.items().get(key);
            if (on == null || (!on.deleted() && !finished(on))) {
                waits = true;
                out.object()
                        .member("code", "dependency")
                        .member("text", "It waits for " + names.reference(key) + ".")
                        .member("on", names.reference(key))
                        .member("action", "musher why " + names.reference(key))
                        .endObject();
            }
        }
        if (!waits) {
            reason(out, "backlog", "It waits to be started.", names.reference(item.key()), "start");
        }
    }

    private static boolean finished(Item item) {
        return item.column() == Column.DONE || item.column() == Column.ARCHIVED;
    }

    private static void reason(JsonOut out, String code, String text, String ref, String event) {
        out.object()
                .member("code", code)
                .member("text", text)
                .member("action", "musher move " + ref + " " + event)
                .endObject();
    }
}
