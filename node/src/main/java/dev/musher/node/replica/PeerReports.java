package dev.musher.node.replica;

import dev.musher.crdt.access.Membership;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.node.store.Table;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.codec.SignedCodec;
import dev.musher.protocol.json.Outcome;
import dev.musher.protocol.sync.PeerSetup;
import dev.musher.protocol.sync.Refusal;
import dev.musher.protocol.sync.SessionEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What follows from what the sessions with peers report. Core thread only. */
final class PeerReports implements Peers.Listener {

    private final Core core;
    private final Turn turn;
    private final Inbox inbox;
    private final Twins twins;
    private final Quota quota = new Quota();
    private List<Signed> introduction;

    /**
     * @param introduction changes by which this device was added, for peers that do not know it
     */
    PeerReports(Core core, Inbox inbox, List<Signed> introduction) {
        this.core = core;
        this.turn = core.turn();
        this.inbox = inbox;
        this.twins = new Twins(core);
        this.introduction = introduction;
    }

    /** This device's home goes on in a fresh epoch. */
    void freshEpoch() {
        twins.began();
    }

    /** Changes by which this device was added. */
    List<Signed> introduction() {
        return introduction;
    }

    @Override
    public void on(Link link, SessionEvent event) {
        switch (event) {
            case SessionEvent.Established established -> {
                turn.peersChanged = true;
                turn.add(new Effect.Trusted(link.number));
                core.view()
                        .showed(established.device(), established.level(), core.batches().rows());
                core.peers()
                        .established(
                                link,
                                established.device(),
                                core.chain().device(),
                                core.batches().rows(),
                                turn.nowMs(),
                                turn.effects());
            }
            case SessionEvent.Received received -> received(link, received);
            case SessionEvent.Addresses addresses -> core.peers().told(link, addresses.addresses());
            case SessionEvent.InSync inSync -> {
                turn.peersChanged |= !link.inSync;
                core.standing().letIn(name(link));
                link.inSync = true;
                link.inSyncAtMs = turn.wallMs();
            }
            case SessionEvent.Declined declined -> declined(link, declined);
            case SessionEvent.StatesDiffer differ -> {
                core.counters().add("states_differ", 1);
                turn.add(
                        new Effect.Alarm(
                                "states_differ",
                                "the same changes gave another state at "
                                        + name(link)
                                        + ": looking for the items"));
            }
            case SessionEvent.Differences differences -> audit(link, differences);
            case SessionEvent.RedeemAsked asked -> redeem(link, asked);
            case SessionEvent.Welcomed welcomed -> introducedBy(welcomed.introduction());
            case SessionEvent.Ended ended -> {
                turn.peersChanged = true;
                if (ended.refusal() == Refusal.SHUT_OUT) {
                    core.standing().shutOut(name(link), ended.text());
                } else if (ended.refusal() == Refusal.INVITE && link.outgoing) {
                    core.standing().uninvited(name(link), ended.text());
                }
            }
        }
    }

    /** What waited long enough is taken in. */
    void tick() {
        for (Link link : core.peers().links()) {
            if (link.held.isEmpty()) {
                continue;
            }
            link.session.holds(turn.nowMs());
            while (!link.closing
                    && !link.held.isEmpty()
                    && link.held.getFirst().untilMs() <= turn.nowMs()) {
                take(link, link.held.removeFirst().frame());
            }
        }
    }

    private void received(Link link, SessionEvent.Received received) {
        long waitMs = received.asked() ? 0 : quota.count(received.changes(), turn.nowMs());
        if (waitMs == 0 && link.held.isEmpty()) {
            take(link, received);
            return;
        }
        // Bounded by the credit of the link, as none of it is acknowledged.
        core.counters().add("changes_delayed", received.changes().size());
        link.held.addLast(new Link.Held(received, turn.nowMs() + waitMs));
    }

    private void take(Link link, SessionEvent.Received received) {
        Inbox.Taken taken =
                inbox.take(link.number, received.changes(), turn.wallMs(), turn.nowMs());
        if (taken.own() != Inbox.Own.NONE) {
            twins.met(name(link), taken.own() == Inbox.Own.HERE);
        }
        turn.whenDurable(new Due.Applied(link.number, received.frame()));
        core.peers().wasted(link, taken.wasted(), turn.nowMs(), turn.effects());
        ChangeId refused = taken.firstRefused();
        if (refused != null) {
            link.session.declined(refused, taken.firstRefusal());
            core.peers()
                    .refused(
                            link,
                            taken.refused(),
                            taken.firstRefusal(),
                            turn.nowMs(),
                            turn.effects());
        }
    }

    /** A peer does not admit what is here. */
    private void declined(Link link, SessionEvent.Declined declined) {
        Place place = core.ledger().history().find(declined.change());
        if (place == null) {
            return; // nothing here rests on it
        }
        Change change = core.ledger().history().change(place);
        boolean checkpoint = change.ops().getFirst() instanceof Op.Checkpoint;
        core.counters().add("changes_declined", 1);
        core.standing()
                .declined(
                        name(link),
                        (checkpoint ? "checkpoint " : "change ")
                                + declined.change().shortText()
                                + " of device "
                                + change.device().shortText(),
                        declined.text(),
                        checkpoint);
    }

    private void audit(Link link, SessionEvent.Differences differences) {
        if (core.ledger().project().isSettling() || core.ledger().project().needsUpdate()) {
            // What rules of a later build make of an item is no difference. Items that are not
            // folded yet are no difference; each is folded in its turn.
            return;
        }
        List<String> mended = new ArrayList<>();
        for (ItemKey key : differences.items()) {
            if (core.ledger().repair(key)) {
                mended.add(key.shortId());
            }
        }
        // The row goes to disk with the batch even where no change does.
        core.batches().rows().put(Table.META, MetaKeys.PROBE, MetaKeys.number(turn.wallMs()));
        turn.add(
                new Effect.Alarm(
                        "items_differ",
                        differences.items().size()
                                + " items differ from "
                                + name(link)
                                + ": "
                                + differences.items().stream().map(ItemKey::shortId).toList()
                                + "; folded again from their logs here, changed by that: "
                                + mended));
    }

    private void redeem(Link link, SessionEvent.RedeemAsked asked) {
        DeviceId device = asked.redemption().device();
        Invites.Open invite = core.invites().find(asked.redemption(), turn.wallMs());
        if (invite == null) {
            core.counters().add("invites_refused", 1);
            core.peers()
                    .end(
                            link,
                            Refusal.INVITE,
                            "the invite is unknown, used, or older than 24 hours",
                            turn.nowMs(),
                            turn.effects());
            return;
        }
        // Who invites says what the device is called: the newcomer's word is its machine's name.
        String label =
                invite.terms().label().isBlank()
                        ? asked.redemption().label()
                        : invite.terms().label();
        Signed add = addOf(device);
        if (add == null) {
            Op op =
                    new Op.AddMember(
                            device,
                            invite.terms().role(),
                            label.isBlank() ? "device" : label,
                            invite.terms().keyExpiresMs());
            Outcome.Refused refused =
                    core.writer()
                            .writeOps(
                                    new Actor.SystemActor(core.setup().label()),
                                    List.of(op),
                                    turn.wallMs());
            if (refused != null) {
                core.peers()
                        .end(link, Refusal.INVITE, refused.text(), turn.nowMs(), turn.effects());
                return;
            }
            core.invites().redeem(asked.redemption(), core.batches().rows());
            add = addOf(device);
        }
        List<Signed> shows = new ArrayList<>(introduction);
        if (add != null) {
            shows.add(add);
        }
        turn.whenDurable(new Due.Welcome(link.number, shows));
    }

    /** This device has a key that was added by another one of its own. */
    void rotated() {
        Signed add = addOf(core.chain().device());
        if (add == null) {
            throw new IllegalStateException("a key was rotated without being added");
        }
        List<Signed> shows = new ArrayList<>(introduction);
        shows.add(add);
        introducedBy(shows);
    }

    private void introducedBy(List<Signed> shows) {
        introduction = PeerSetup.shown(shows);
        CborWriter out = new CborWriter();
        SignedCodec.writeRun(out, introduction);
        core.batches().rows().put(Table.META, MetaKeys.INTRODUCTION, out.toBytes());
    }

    /** The change that made a device a member, or null. */
    private @Nullable Signed addOf(DeviceId device) {
        Membership.Member member = core.ledger().project().membership().member(device);
        Ref added = member == null ? null : member.addedBy();
        Place place = added == null ? null : core.ledger().history().find(added.change());
        return place == null ? null : core.ledger().history().signed(place);
    }

    private static String name(Link link) {
        DeviceId device = link.device;
        return device == null ? link.address : "device " + device.shortText();
    }
}
