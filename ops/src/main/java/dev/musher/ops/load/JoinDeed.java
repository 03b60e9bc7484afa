package dev.musher.ops.load;

import dev.musher.crdt.change.Role;
import dev.musher.node.Node;
import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.Json;
import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A device joins by a link. Either end is killed: the newcomer, or the node that made the link; the
 * other one runs in this process all the while. The newcomer comes in, once.
 */
final class JoinDeed implements Deed {

    private static final String HOME = "home";
    private static final long LOOK_MS = 20;
    private static final int LOOKS = 3_000;

    private final Prepared prepared;
    private final boolean killsInviter;
    private final long readySMax;
    private @Nullable Node stays;
    private String link = "";

    /**
     * @param killsInviter whether the process that may be killed is the inviter's, else it is the
     *     newcomer's
     */
    JoinDeed(Prepared prepared, boolean killsInviter, long readySMax) {
        this.prepared = prepared;
        this.killsInviter = killsInviter;
        this.readySMax = readySMax;
    }

    @Override
    public String name() {
        return killsInviter ? "redeem" : "join";
    }

    @Override
    public void prepare(Path folder) throws IOException, InterruptedException {
        stays = null;
        if (killsInviter) {
            prepared.copyTo(folder.resolve(HOME));
            return;
        }
        prepared.copyTo(other(folder));
        Node inviter = TwoNodes.start(other(folder), Map.of());
        stays = inviter;
        link = TwoNodes.invite(inviter, Role.MEMBER, "newcomer");
    }

    @Override
    public void act(Path folder, Map<String, String> environment)
            throws IOException, InterruptedException {
        Victim victim = new Victim(folder, Objects.requireNonNull(folder.getParent()), readySMax);
        Map<String, String> all = new HashMap<>(environment);
        if (!killsInviter) {
            all.put("MUSHER_JOIN", link);
        }
        victim.with(all);
        try {
            victim.start();
        } catch (Failure killed) {
            return;
        }
        try (NodeClient client = victim.client()) {
            if (killsInviter) {
                link =
                        client.write("POST", "/api/v1/invites", Map.of("role", "member"))
                                .at("link")
                                .text();
                stays = TwoNodes.start(other(folder), Map.of("join", link));
            }
            Node here = Objects.requireNonNull(stays);
            for (int look = 0; look < LOOKS && !isEqual(client, here); look++) {
                if (victim.ends(LOOK_MS)) {
                    return;
                }
            }
        } catch (Failure killed) {
            victim.kill();
            return;
        }
        victim.stop();
    }

    @Override
    public List<String> again(Path folder) throws IOException, InterruptedException {
        List<String> wrong = new ArrayList<>();
        try (Node node =
                TwoNodes.start(
                        folder.resolve(HOME), killsInviter ? Map.of() : Map.of("join", link))) {
            if (stays == null) {
                link = TwoNodes.invite(node, Role.MEMBER, "newcomer");
                stays = TwoNodes.start(other(folder), Map.of("join", link));
            }
            Node here = Objects.requireNonNull(stays);
            if (!TwoNodes.untilEqual(node, here)) {
                wrong.add("the newcomer and the inviter did not come to the same");
            }
            // The recovery key, the owner, the guest who is away, and the newcomer.
            long members = members(killsInviter ? node : here);
            if (members != 4) {
                wrong.add(members + " keys may write where 4 were due");
            }
        } finally {
            close();
        }
        wrong.addAll(Deeds.well(folder.resolve(HOME)));
        wrong.addAll(Deeds.well(other(folder)));
        return wrong;
    }

    private void close() {
        Node here = stays;
        stays = null;
        if (here != null) {
            here.close();
        }
    }

    private static Path other(Path folder) {
        return folder.resolve("other");
    }

    private static boolean isEqual(NodeClient client, Node here) {
        try {
            String digest = client.get("/api/v1/digest").at("digest").text();
            return !digest.isEmpty() && digest.equals(here.published().digest());
        } catch (Failure notYet) {
            return false;
        }
    }

    private static long members(Node node) {
        try (NodeClient client = new NodeClient(node.http().toString(), node.token())) {
            List<Json> all = client.get("/api/v1/members").at("members").items();
            return all.stream().filter(member -> !member.at("cut").flag()).count();
        }
    }
}
