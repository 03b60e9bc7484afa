package dev.musher.ops.attack;

import dev.musher.crdt.Admission;
import dev.musher.crdt.MemoryHistory;
import dev.musher.crdt.Project;
import dev.musher.crdt.Rules;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.ItemKey;
import dev.musher.ops.cli.Json;
import dev.musher.ops.cli.NodeClient;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.codec.SignedCodec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * What a member knows of a project: enough to write changes that every node takes.
 *
 * @param changes all of them
 * @param head what a next change builds on
 * @param lamport of it
 * @param members what the header of a change after it says of the members
 * @param item one of the items
 */
record Past(List<Signed> changes, ChangeId head, long lamport, ChangeId members, ItemKey item) {

    private static final int PAGE = 2_000;

    /** Copies the list. */
    Past {
        changes = List.copyOf(changes);
    }

    /** As a node tells it to its owner. */
    static Past of(NodeClient owner) {
        List<Signed> all = new ArrayList<>();
        MemoryHistory history = new MemoryHistory();
        Project project = new Project(Rules.PRODUCT, history);
        while (true) {
            Json page = owner.get("/api/v1/export?after=" + all.size() + "&limit=" + PAGE);
            for (Json line : page.at("changes").items()) {
                Signed signed = signed(line);
                all.add(signed);
                if (project.check(signed.change()) instanceof Admission.Admitted admitted) {
                    history.add(project.apply(admitted));
                }
            }
            if (!page.at("next").exists()) {
                break;
            }
        }
        DeviceId writer = all.getLast().change().device();
        Header next = project.next(writer, 1, 0).header();
        return new Past(
                all,
                next.deps().isEmpty() ? all.getLast().change().id() : next.deps().getFirst(),
                next.lamport() - 1,
                next.members(),
                project.items().iterator().next().key());
    }

    private static Signed signed(Json line) {
        Json signature = line.at("signature");
        return SignedCodec.signed(
                ChangeCodec.read(Base64.getDecoder().decode(line.at("bytes").text())),
                signature.exists() ? Base64.getDecoder().decode(signature.text()) : null);
    }
}
