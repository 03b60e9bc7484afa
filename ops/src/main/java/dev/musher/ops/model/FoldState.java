package dev.musher.ops.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.musher.crdt.Project;
import dev.musher.crdt.access.Membership;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.pipeline.Claim;
import dev.musher.crdt.pipeline.Conflict;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.pipeline.Stage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The state of a project in the words of the model, to be compared by equality. */
final class FoldState {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ModelHistory names;

    private FoldState(ModelHistory names) {
        this.names = names;
    }

    static JsonNode of(Project project, ModelHistory names) {
        return new FoldState(names).state(project);
    }

    private JsonNode state(Project project) {
        ObjectNode out = JSON.objectNode();
        ObjectNode roles = out.putObject("roles");
        ObjectNode order = out.putObject("order");
        Membership membership = project.membership();
        for (Membership.Member m : membership.members()) {
            roles.put(names.device(m.device()), m.role().word());
            order.put(names.device(m.device()), m.order());
        }
        Membership.Arbiters arbiters = membership.arbiters();
        out.set("arbiter", arbiters == null ? JSON.nullNode() : ref(arbiters.present()));
        List<JsonNode> proofs = new ArrayList<>();
        membership
                .overfull()
                .forEach((chain, low) ->
                        proofs.add(
                                JSON.arrayNode()
                                        .add(names.device(chain.device()))
                                        .add(names.epoch(chain.epoch()))
                                        .add(low)));
        out.set("proofs", sorted(proofs));
        List<JsonNode> rows = new ArrayList<>();
        for (Item item : project.items()) {
            Ref birth = Objects.requireNonNull(item.birth()).ref();
            rows.add(JSON.arrayNode().add(ref(birth)).add(row(item)));
        }
        out.set("rows", sorted(rows));
        return out;
    }

    private JsonNode row(Item item) {
        ObjectNode out = JSON.objectNode();
        out.put("number", (int) item.number() - 1);
        out.set("stage", stage(item.stage()));
        out.set("heads", refs(item.moveRefs()));
        ObjectNode fields = out.putObject("fields");
        for (Field field : List.of(Field.NAME, Field.DELETED)) {
            List<Value> values = values(item, field);
            if (!values.isEmpty()) {
                ArrayNode list = fields.putArray(field.word());
                values.forEach(value -> list.add(ModelHistory.json(value)));
            }
        }
        out.set("notes", refs(item.notes().notes().stream().map(n -> n.ref()).toList()));
        Claim claim = item.claim();
        out.set("claim", claim == null ? JSON.nullNode() : ref(claim.ref()));
        return out;
    }

    /** What people are shown: the value shown, then those beside it. */
    private static List<Value> values(Item item, Field field) {
        List<Value> out = new ArrayList<>();
        Optional<Conflict> conflict = item.conflict(field);
        if (conflict.isEmpty()) {
            item.register(field).distinct().forEach(head -> out.add(head.value()));
        } else {
            for (Conflict.Alternative choice : conflict.get().choices()) {
                out.add(((Conflict.OfValue) choice.content()).value());
            }
        }
        return out;
    }

    private static JsonNode stage(@Nullable Stage stage) {
        if (stage == null) {
            return JSON.nullNode();
        }
        StringBuilder name = new StringBuilder();
        for (String word : stage.name().name().split("_", -1)) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        Stage inner =
                stage instanceof Stage.Blocked b
                        ? b.from()
                        : stage instanceof Stage.Frozen f ? f.resumeTo() : null;
        return JSON.arrayNode().add(name.toString()).add(stage(inner));
    }

    private static JsonNode refs(List<Ref> refs) {
        ArrayNode out = JSON.arrayNode();
        refs.stream().sorted().forEach(r -> out.add(ref(r)));
        return out;
    }

    private static JsonNode ref(Ref ref) {
        return JSON.arrayNode().add(ModelHistory.idOf(ref.change())).add(ref.index());
    }

    private static JsonNode sorted(List<JsonNode> list) {
        list.sort(Comparator.comparing(JsonNode::toString));
        ArrayNode out = JSON.arrayNode();
        list.forEach(out::add);
        return out;
    }
}
