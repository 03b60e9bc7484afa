package dev.musher.node.replica;

import dev.musher.crdt.Admission;
import dev.musher.crdt.Digest;
import dev.musher.crdt.Project;
import dev.musher.crdt.access.Membership;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Role;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.JsonOut;
import dev.musher.protocol.json.Outcome;
import dev.musher.protocol.sync.Invite;
import dev.musher.protocol.sync.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What callers of this node ask: commands, invites, addresses. Core thread only. */
final class Callers {

    /** Checkpoints written at once. */
    private static final int CHECKPOINTS_MAX = 8;

    private final Core core;
    private final Turn turn;
    private final Idempotency idempotency;

    Callers(Core core, Idempotency idempotency) {
        this.core = core;
        this.turn = core.turn();
        this.idempotency = idempotency;
    }

    void submit(Input.Submit in) {
        Outcome.Refused notNow = core.standing().notNow();
        if (notNow != null) {
            turn.add(new Effect.Reply(in.ticket(), toAll(in, notNow)));
            return;
        }
        String key = in.idempotencyKey();
        if (key == null) {
            reply(in, write(in));
            return;
        }
        switch (idempotency.find(key, in.commands())) {
            case null -> {
                List<Outcome> outcomes = write(in);
                if (outcomes.stream().anyMatch(Outcome.Done.class::isInstance)) {
                    idempotency.keep(key, in.commands(), outcomes, core.batches().rows());
                }
                reply(in, outcomes);
            }
            case Idempotency.Found.Before before -> reply(in, before.outcomes());
            case Idempotency.Found.Reused reused ->
                    reply(
                            in,
                            toAll(
                                    in,
                                    Outcome.Refused.of(
                                            Code.KEY_REUSED,
                                            "the idempotency key was used for other commands")));
        }
    }

    /** A change for another key: what is refused now would be refused after it was signed. */
    void draft(Input.Draft in) {
        Project project = core.ledger().project();
        if (project.id() == null) {
            no(in.ticket(), core.standing().notNow());
            return;
        }
        if (project.membership().role(in.author()) == null) {
            no(
                    in.ticket(),
                    Outcome.Refused.of(
                            Code.NOT_ALLOWED,
                            "the key "
                                    + in.author().shortText()
                                    + " is neither this project's recovery key nor a member's"));
            return;
        }
        Outcome.Refused refused = Standing.updateNeeded(project);
        if (refused != null) {
            no(in.ticket(), refused);
            return;
        }
        switch (new AccessOps(core.ledger(), in.author()).plan(in.command(), in.actor())) {
            case CommandOps.Not not -> no(in.ticket(), not.refusal());
            case CommandOps.Ops ops -> draft(in, ops.ops());
        }
    }

    private void draft(Input.Draft in, List<Op> ops) {
        Project project = core.ledger().project();
        // A fresh epoch: what the key wrote before may not be here.
        long epoch = core.random().nextLong();
        Header header = project.draft(in.author(), epoch, turn.wallMs(), in.actor(), ops);
        Change change = ChangeCodec.write(header, in.actor(), ops);
        switch (project.check(change)) {
            case Admission.Admitted a -> yes(in.ticket(), HexFormat.of().formatHex(change.bytes()));
            case Admission.Refused refused ->
                    no(in.ticket(), Outcome.Refused.of(Code.NOT_ALLOWED, refused.text()));
            case Admission.Missing m ->
                    no(
                            in.ticket(),
                            Outcome.Refused.of(
                                    Code.UNKNOWN_REFERENCE, "it names a change that is not here"));
            case Admission.Duplicate d ->
                    throw new IllegalStateException("a fresh epoch has no change yet");
        }
    }

    void makeInvite(Input.MakeInvite in) {
        Outcome.Refused refused = core.standing().notNow();
        refused = refused == null ? mayNotInvite(in.role()) : refused;
        if (refused == null && in.expiresMs() != null) {
            refused = AccessOps.mayNotExpire(in.role());
            if (refused == null && in.expiresMs() <= turn.wallMs()) {
                refused =
                        Outcome.Refused.of(
                                Code.INVALID, "expires: the key would be revoked at once");
            }
        }
        List<String> own = core.peers().targets().own();
        if (refused == null && own.isEmpty()) {
            refused = Outcome.Refused.of(Code.UNAVAILABLE, "this node takes no peer sockets yet");
        }
        byte[] secret = refused == null ? secret(in) : null;
        if (refused == null && secret == null) {
            refused =
                    Outcome.Refused.of(
                            Code.CONFLICT,
                            Invites.OPEN_MAX + " invites are open, the most there may be");
        }
        if (refused != null || secret == null) {
            no(in.ticket(), refused);
            return;
        }
        Invite invite =
                new Invite(
                        core.view().project(),
                        core.chain().device(),
                        secret,
                        own,
                        core.peers().targets().certificate());
        yes(in.ticket(), invite.text());
    }

    void addPeer(Input.AddPeer in) {
        turn.peersChanged = true;
        if (core.peers().targets().configure(in.address(), core.batches().rows())) {
            yes(in.ticket(), in.address());
        } else {
            no(
                    in.ticket(),
                    Outcome.Refused.of(
                            Code.INVALID,
                            "`"
                                    + in.address()
                                    + "` is no address to dial (wss://HOST:PORT, or HOST:PORT on"
                                    + " this machine), is known with TLS and was given without, or"
                                    + " there are "
                                    + Targets.ADDRESSES_MAX
                                    + " addresses already"));
        }
    }

    void removePeer(Input.RemovePeer in) {
        turn.peersChanged = true;
        boolean removed = core.peers().targets().remove(in.address(), core.batches().rows());
        for (Link link : core.peers().links()) {
            if (link.outgoing && link.address.equals(in.address())) {
                core.peers()
                        .end(
                                link,
                                Refusal.GOING,
                                "the address was removed",
                                turn.nowMs(),
                                turn.effects());
            }
        }
        if (removed) {
            yes(in.ticket(), in.address());
        } else {
            no(
                    in.ticket(),
                    Outcome.Refused.of(
                            Code.UNKNOWN_REFERENCE,
                            "`" + in.address() + "` is not among the peers"));
        }
    }

    void offline(Input.Offline in) {
        core.peers().offline(in.offline(), turn.nowMs(), turn.effects());
        turn.peersChanged = true;
        turn.add(new Effect.Answer(in.ticket(), "", ""));
    }

    /** What compaction needs of the core. */
    Compaction compaction() {
        return new Compaction(core.ledger(), core.view(), turn.wallMs());
    }

    void compact(Input.Compact in) {
        Outcome.Refused refused = notSettled();
        if (refused != null) {
            no(in.ticket(), refused);
            return;
        }
        if (!in.dryRun() && compaction().isWaitedFor(core.chain().device())) {
            // A change without ops says that all before it is here: who drops texts knows them
            // replaced, and lets the others drop theirs.
            refused =
                    core.writer()
                            .writeOps(new Actor.SystemActor("compact"), List.of(), turn.wallMs());
            if (refused != null) {
                no(in.ticket(), refused);
                return;
            }
        }
        yes(
                in.ticket(),
                compaction()
                        .run(
                                new Compaction.Wish(
                                        in.dryRun(), in.idleMs(), in.keepMs(), in.from())));
    }

    /** Why nothing that speaks of the whole state is done now; null if it is. */
    private Outcome.@Nullable Refused notSettled() {
        Outcome.Refused notNow = core.standing().notNow();
        return notNow == null && core.ledger().project().isSettling()
                ? Outcome.Refused.of(
                        Code.UNAVAILABLE,
                        "a late verdict is still being applied (settling): try again when `musher"
                                + " digest` prints one")
                : notNow;
    }

    /** Vouches for as much as fits some changes; what is left is told, and asked for again. */
    void checkpoint(Input.Checkpoint in) {
        Outcome.Refused refused = notSettled();
        refused = refused == null ? mayNotVouch() : refused;
        if (refused == null && !core.view().isWhole()) {
            refused =
                    Outcome.Refused.of(
                            Code.CONFLICT,
                            "an epoch has too many forks: settle or revoke it first (`forks`)");
        }
        List<Op.Vouched> due =
                in.outlines().stream()
                        .filter(each -> core.view().vouching(each.change()).isEmpty())
                        .toList();
        int done = 0;
        int written = 0;
        while (refused == null
                && written < CHECKPOINTS_MAX
                && (done < due.size() || written == 0)) {
            int to = Math.min(due.size(), done + Limits.OUTLINES);
            Digest digest = core.ledger().project().digest();
            Op op = new Op.Checkpoint(digest.items(), digest.membership(), due.subList(done, to));
            refused = core.writer().writeOps(in.actor(), List.of(op), turn.wallMs());
            done = to;
            written++;
        }
        if (refused != null) {
            no(in.ticket(), refused);
            return;
        }
        yes(
                in.ticket(),
                new String(
                        new JsonOut()
                                .object()
                                .member("checkpoints", written)
                                .member("outlines", done)
                                .member("left", due.size() - done)
                                .member("digest", core.ledger().project().digest().value().hex())
                                .endObject()
                                .toBytes(),
                        StandardCharsets.UTF_8));
    }

    private Outcome.@Nullable Refused mayNotVouch() {
        Membership membership = core.ledger().project().membership();
        Role mine = membership.role(core.chain().device());
        return mine == Role.OWNER
                ? null
                : Outcome.Refused.of(
                        Code.NOT_ALLOWED,
                        "only an owner writes checkpoints, and this device is "
                                + (mine == null ? "no member" : "of role " + mine.word())
                                + ": ask one of "
                                + new People(membership, core.ledger().history())
                                        .owners(m -> true));
    }

    private List<Outcome> write(Input.Submit in) {
        core.counters().add("commands", in.commands().size());
        if (in.commands().stream().anyMatch(Command.SettleForks.class::isInstance)) {
            leaveFork();
        }
        return core.writer().write(in.actor(), in.commands(), turn.wallMs());
    }

    /** A fork is settled from another epoch than the forked one. */
    private void leaveFork() {
        LocalChain chain = core.chain();
        Chain own = new Chain(chain.device(), chain.epoch());
        if (core.ledger().project().dag().branchesOf(own).size() > 1) {
            chain.beginEpoch(core.random(), core.ledger(), core.batches().rows());
        }
    }

    private void reply(Input.Submit in, List<Outcome> outcomes) {
        turn.whenDurable(new Effect.Reply(in.ticket(), outcomes));
    }

    private static List<Outcome> toAll(Input.Submit in, Outcome outcome) {
        return in.commands().stream().map(command -> outcome).toList();
    }

    private byte @Nullable [] secret(Input.MakeInvite in) {
        return core.invites()
                .make(
                        new Invites.Terms(in.role(), in.label(), in.expiresMs()),
                        turn.wallMs(),
                        core.random(),
                        core.batches().rows());
    }

    private Outcome.@Nullable Refused mayNotInvite(Role wanted) {
        Role mine = core.ledger().project().membership().role(core.chain().device());
        boolean may =
                mine != null && mine.compareTo(Role.MEMBER) >= 0 && mine.compareTo(wanted) >= 0;
        return may
                ? null
                : Outcome.Refused.of(
                        Code.NOT_ALLOWED,
                        "this device is "
                                + (mine == null ? "no member" : mine.word())
                                + ": it cannot invite a device as "
                                + wanted.word());
    }

    private void yes(long ticket, String text) {
        turn.whenDurable(new Effect.Answer(ticket, "", text));
    }

    private void no(long ticket, Outcome.@Nullable Refused refused) {
        Outcome.Refused said =
                refused == null ? Outcome.Refused.of(Code.INTERNAL, "not done") : refused;
        turn.add(new Effect.Answer(ticket, said.code().word(), said.text()));
    }
}
