package dev.musher.node.replica;

import dev.musher.crdt.access.Membership;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Outcome;
import dev.musher.protocol.sync.PeerSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A device goes on with another key. The old key adds the new one, hands on what is bound to a key
 * (who arbitrates claims), and cuts itself in the same change, which an owner's key may; the new
 * key then signs a change that follows, so that both have said yes. Invites that are open are good
 * no more: their secrets lie beside the old key, for whoever copied that. All of it is one batch,
 * with the mark by which a home that dies finds the right key. Core thread only.
 */
final class Rotation {

    private final Core core;
    private final PeerReports reports;

    Rotation(Core core, PeerReports reports) {
        this.core = core;
        this.reports = reports;
    }

    void rotate(Input.Rotate in) {
        Outcome.Refused refused = core.standing().notNow();
        refused = refused == null ? written(in) : refused;
        if (refused != null) {
            core.turn().add(new Effect.Answer(in.ticket(), refused.code().word(), refused.text()));
            return;
        }
        core.turn().whenDurable(new Effect.Answer(in.ticket(), "", ""));
    }

    private Outcome.@Nullable Refused written(Input.Rotate in) {
        DeviceId old = core.chain().device();
        Membership.Member me = membership().member(old);
        if (me == null) {
            // A home that was made of an export holds a project and is in nobody's books.
            return Outcome.Refused.of(
                    Code.NOT_ALLOWED,
                    "this device is no member of the project, so there is no key to follow: ask an"
                            + " owner for a link (`musher invite`), and join with another home");
        }
        if (me.role().compareTo(Role.MEMBER) < 0) {
            return Outcome.Refused.of(
                    Code.NOT_ALLOWED,
                    "a key of role "
                            + me.role().word()
                            + " cannot add the one that follows it: ask an owner for a link, join"
                            + " with another home, and have this key revoked");
        }
        if (isUnheard(old)) {
            return Outcome.Refused.of(
                    Code.NOT_ALLOWED,
                    "this device had "
                            + PeerSetup.INTRODUCTION_CHANGES
                            + " keys, and can show no more of them to peers that have heard of"
                            + " none: rotate once this node is linked to a peer (`musher peers`)");
        }
        List<Op> ops = handOver(me, DeviceId.of(in.next().publicKey()));
        // In one change: so the new key takes the seniority of the old one, and revokes whom that
        // could.
        ops.add(new AccessOps(core.ledger(), old).cut(old));
        Outcome.Refused refused = write(ops);
        if (refused != null) {
            return refused;
        }
        core.chain().rotate(in.next(), core.random(), core.ledger(), core.batches().rows());
        // A change without ops: that the new key signs it, after its add, is what it says.
        refused = write(List.of());
        if (refused != null) {
            throw new IllegalStateException("a key just added may not write: " + refused.text());
        }
        reports.rotated();
        core.invites().withdraw(core.batches().rows());
        core.peers().rotate(in.next(), core.turn().nowMs(), core.turn().effects());
        core.turn().peersChanged = true;
        return null;
    }

    /**
     * Whether others take part, none of whom hears of the next key now, and there are more keys
     * than can be shown: who knows none of them could not be shown the way to the last.
     */
    private boolean isUnheard(DeviceId old) {
        return reports.introduction().size() >= PeerSetup.INTRODUCTION_CHANGES
                && core.peers().links().stream().noneMatch(link -> link.session.established())
                && membership().members().stream()
                        .filter(m -> m.order() > 0) // the recovery key has no node
                        .anyMatch(m -> !m.device().equals(old) && !membership().isCut(m.device()));
    }

    /** The add of the new key, with all that the old one had. */
    private List<Op> handOver(Membership.Member me, DeviceId next) {
        List<Op> out = new ArrayList<>();
        out.add(new Op.AddMember(next, me.role(), me.label(), me.expiresMs()));
        Membership.Arbiters arbiters = membership().arbiters();
        if (arbiters != null && me.role() == Role.OWNER) {
            Ref present = arbiters.present();
            Place place = Objects.requireNonNull(core.ledger().history().find(present.change()));
            Change change = core.ledger().history().change(place);
            if (change.op(present.index()) instanceof Op.SetArbiter set
                    && set.device().equals(me.device())) {
                out.add(new Op.SetArbiter(next, present, set.term() + 1, set.kind()));
            } else if (change.op(present.index()) instanceof Op.Genesis genesis
                    && genesis.owner().equals(me.device())) {
                out.add(new Op.SetArbiter(next, present, 1, Op.ArbiterKind.HOME));
            }
        }
        return out;
    }

    private Outcome.@Nullable Refused write(List<Op> ops) {
        Actor actor = new Actor.SystemActor(core.setup().label());
        return core.writer().writeOps(actor, ops, core.turn().wallMs());
    }

    private Membership membership() {
        return core.ledger().project().membership();
    }
}
