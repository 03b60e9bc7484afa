package dev.musher.node.replica;

import dev.musher.crdt.access.Membership;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Role;
import dev.musher.protocol.json.Outcome;
import java.util.List;

/**
 * Ends keys whose time is over: this device, where it is an owner's, cuts them at what counts here.
 * The clock decides nothing for others: what ends the key is the cut. What two owners keep of a key
 * is what both keep, so they take turns: the most senior one that may cut it at once, each further
 * one a minute later, where nobody has done it by then.
 *
 * <p>Core thread only.
 */
final class Expiries {

    /** Time between two looks, ms. */
    private static final long EVERY_MS = 1_000;

    /** How long an owner waits for the one senior to it, ms. */
    static final long TURN_MS = 60_000;

    private final Core core;
    private long nextMs;

    Expiries(Core core) {
        this.core = core;
    }

    /** Time has passed. */
    void tick() {
        if (core.turn().nowMs() < nextMs || core.standing().notNow() != null) {
            return;
        }
        nextMs = core.turn().nowMs() + EVERY_MS;
        Membership membership = core.ledger().project().membership();
        Membership.Member me = membership.member(core.chain().device());
        if (me == null || me.role() != Role.OWNER) {
            return;
        }
        for (Membership.Member member : membership.members()) {
            Long expires = member.expiresMs();
            if (expires != null
                    && !membership.isCut(member.device())
                    && me.order() < member.order()
                    && core.turn().wallMs() - expires >= turn(membership, me)) {
                cut(member);
            }
        }
    }

    /** How long this device waits for the owners senior to it, ms; the recovery key is no node. */
    private static long turn(Membership membership, Membership.Member me) {
        long before =
                membership.members().stream()
                        .filter(m ->
                                m.role() == Role.OWNER
                                        && m.order() > 0
                                        && m.order() < me.order()
                                        && !membership.isCut(m.device()))
                        .count();
        return before * TURN_MS;
    }

    private void cut(Membership.Member member) {
        Outcome.Refused refused =
                core.writer()
                        .writeOps(
                                new Actor.SystemActor(core.setup().label()),
                                List.of(
                                        new AccessOps(core.ledger(), core.chain().device())
                                                .cut(member.device())),
                                core.turn().wallMs());
        if (refused == null) {
            core.counters().add("keys_expired", 1);
        } else {
            nextMs = core.turn().nowMs() + TURN_MS;
            core.turn()
                    .add(
                            new Effect.Alarm(
                                    "expiry",
                                    "the key of "
                                            + new People(
                                                            core.ledger().project().membership(),
                                                            core.ledger().history())
                                                    .name(member)
                                            + " has expired and cannot be revoked: "
                                            + refused.text()));
        }
    }
}
