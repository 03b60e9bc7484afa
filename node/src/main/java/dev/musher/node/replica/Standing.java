package dev.musher.node.replica;

import dev.musher.crdt.Project;
import dev.musher.node.store.Loss;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Outcome;
import dev.musher.protocol.sync.Invite;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Whether the replica takes commands, and if not, why. Core thread only. */
final class Standing {

    /** Peers of which it is told that they do not admit something. */
    private static final int DECLINED_MAX = 8;

    private final SortedMap<String, NodeHealth.Problem> declined = new TreeMap<>();
    private final @Nullable Loss loss;
    private @Nullable Invite joining;
    private NodeHealth.State state;
    private NodeHealth.@Nullable Problem trouble;
    private NodeHealth.@Nullable Problem revoked;
    private NodeHealth.@Nullable Problem outdated;
    private NodeHealth.@Nullable Problem twin;
    private NodeHealth.@Nullable Problem shutOut;
    private NodeHealth.@Nullable Problem uninvited;

    /**
     * @param joining the invite that is being redeemed, or null
     * @param loss what the store had lost when it was opened, or null: told until the next start,
     *     since nothing here can know when it has been looked after
     */
    Standing(@Nullable Invite joining, @Nullable Loss loss) {
        this.loss = loss;
        this.joining = joining;
        this.state = calm();
    }

    NodeHealth.State state() {
        return state;
    }

    NodeHealth health() {
        List<NodeHealth.Problem> problems = new ArrayList<>();
        if (trouble != null) {
            problems.add(trouble);
        }
        if (revoked != null) {
            problems.add(revoked);
        }
        if (outdated != null) {
            problems.add(outdated);
        }
        if (shutOut != null && revoked == null) {
            problems.add(shutOut);
        }
        if (uninvited != null) {
            problems.add(uninvited);
        }
        problems.addAll(declined.values());
        if (twin != null) {
            problems.add(twin);
        }
        if (loss != null) {
            problems.add(new NodeHealth.Problem(loss.code(), loss.text()));
        }
        return new NodeHealth(state, problems);
    }

    /** The invite that is being redeemed, or null. */
    @Nullable Invite joining() {
        return joining;
    }

    /** The device has become a member. */
    void joined() {
        joining = null;
        uninvited = null;
        state = calm();
    }

    /**
     * A peer says that this device was revoked, and no cut of it has come: it was away, or a member
     * lies, who could keep it from working by that; so it goes on writing, and people are told.
     */
    void shutOut(String by, String why) {
        shutOut =
                new NodeHealth.Problem(
                        "shut_out",
                        by
                                + " does not talk to this node any more: "
                                + why
                                + ". If that is so, what is written here from now on counts"
                                + " nowhere: ask an owner, whose `musher members` shows by whom and"
                                + " when, and join with another home (`musher join LINK --home"
                                + " DIR`)");
    }

    /**
     * The node that made the invite does not take it. It is tried on, as it may have been wrong.
     */
    void uninvited(String by, String why) {
        if (joining != null) {
            uninvited =
                    new NodeHealth.Problem(
                            "invite_refused",
                            by
                                    + " does not take the invite: "
                                    + why
                                    + ". Ask there for another link (`musher invite`), and join by"
                                    + " it with a fresh home (`musher join LINK --home DIR`)");
        }
    }

    /** A peer compared with this node as with any member, and has all that is here. */
    void letIn(String by) {
        shutOut = null;
        declined.remove(by);
    }

    /**
     * A peer does not admit a change that is here: one of the two was deceived, or is defective.
     * What is written here rests on that change, and does not reach the peer.
     *
     * @param checkpoint whether it vouches for changes whose texts were dropped
     */
    void declined(String by, String what, String why, boolean checkpoint) {
        if (declined.size() >= DECLINED_MAX && !declined.containsKey(by)) {
            return;
        }
        declined.put(
                by,
                new NodeHealth.Problem(
                        "not_admitted",
                        by
                                + " does not admit "
                                + what
                                + ", on which work here rests: "
                                + why
                                + ". What is written here from then on does not reach it."
                                + (checkpoint
                                        ? " Where other peers say the same, that owner gave this"
                                                + " node a false history: export what was written"
                                                + " here (`musher export`), join by a link of such"
                                                + " a peer with another home (`musher join LINK"
                                                + " --home DIR`), and have that device revoked"
                                        : " Compare with other peers (`musher digest`), and update"
                                                + " the older of the two")));
    }

    /** Another home writes with this device's key: told until the next start. */
    void twin(String text) {
        twin = new NodeHealth.Problem("twin", text);
    }

    /** The cut that revoked this device; null where none does, or none any more. */
    void revoked(@Nullable CutView cut) {
        revoked = cut == null ? null : new NodeHealth.Problem("revoked", text(cut));
        calmDown();
    }

    /** What the project is; with rules that nobody knows here nothing is written. */
    void follows(Project project) {
        Outcome.Refused refused = updateNeeded(project);
        outdated =
                refused == null
                        ? null
                        : new NodeHealth.Problem(refused.code().word(), refused.text());
        calmDown();
    }

    /** Why nothing may be written in a project, whose rules a later build made; else null. */
    static Outcome.@Nullable Refused updateNeeded(Project project) {
        return project.needsUpdate()
                ? Outcome.Refused.of(
                        Code.UPDATE_NEEDED,
                        "update needed: the owners raised the project's rules to version "
                                + project.membership().rulesVersion()
                                + ", and this build knows version "
                                + project.rules().version()
                                + ". It keeps and forwards what others write, shows what it can"
                                + " read, which may be less than there is, and writes nothing:"
                                + " start this home with a newer build")
                : null;
    }

    private void calmDown() {
        if (state != NodeHealth.State.FULL && state != NodeHealth.State.FAILED) {
            state = calm();
        }
    }

    private static String text(CutView cut) {
        boolean recovery = cut.bySeniority() == 0;
        return "this device was revoked by "
                + cut.byWhom()
                + (recovery ? " with the " : " on ")
                + cut.byName()
                + " at "
                + AccessOps.time(cut.wallMs())
                + ": it can read what it has, and writes no more. What it wrote that does not count"
                + " stays listed (`musher void`), and another device can adopt it. To take part"
                + " again, ask an owner for a link and join with another home: `musher join LINK"
                + " --home DIR`"
                + (recovery
                        ? ""
                        : ". If nobody meant this, tell an owner: revoking "
                                + cut.byName()
                                + ", by a senior or the recovery key, can undo it");
    }

    void full(String why) {
        state = NodeHealth.State.FULL;
        trouble = new NodeHealth.Problem("disk_full", why);
    }

    /** For good: only a new start helps. */
    void failed(String why) {
        state = NodeHealth.State.FAILED;
        trouble = new NodeHealth.Problem("write_failed", why);
    }

    /** A batch came to disk. */
    void recovered() {
        if (state == NodeHealth.State.FULL) {
            state = calm();
            trouble = null;
        }
    }

    /** Why no command is taken now; null if commands are. */
    Outcome.@Nullable Refused notNow() {
        return switch (state) {
            case READY -> null;
            case JOINING ->
                    Outcome.Refused.of(
                            Code.UNAVAILABLE,
                            "the node is joining the project and does not have its history yet");
            case REVOKED ->
                    Outcome.Refused.of(
                            Code.NOT_ALLOWED, revoked == null ? "revoked" : revoked.text());
            case OUTDATED ->
                    Outcome.Refused.of(
                            Code.UPDATE_NEEDED,
                            outdated == null ? "update needed" : outdated.text());
            case FULL ->
                    Outcome.Refused.of(
                            Code.DISK_FULL, "the disk is full: free some space, it goes on then");
            case FAILED -> Outcome.Refused.of(Code.UNAVAILABLE, "the node is about to end");
        };
    }

    private NodeHealth.State calm() {
        if (joining != null) {
            return NodeHealth.State.JOINING;
        }
        if (revoked != null) {
            return NodeHealth.State.REVOKED;
        }
        return outdated == null ? NodeHealth.State.READY : NodeHealth.State.OUTDATED;
    }
}
