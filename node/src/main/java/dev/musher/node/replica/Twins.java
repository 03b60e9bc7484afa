package dev.musher.node.replica;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Role;
import dev.musher.protocol.json.Outcome;
import java.util.List;

/**
 * Two homes with one key: a copied folder, a cloned machine, a backup that was put back while the
 * old home went on. Neither can tell which of them is the right one, so each is told of the other,
 * and each writes in an epoch of its own.
 *
 * <p>A home that begins a fresh epoch says so by a change without ops, so that the other one meets
 * it even where nobody works; and whoever meets a twin answers once in the same way, which the twin
 * knows by the change in its past. Core thread only.
 */
final class Twins {

    private final Core core;
    private boolean told;

    Twins(Core core) {
        this.core = core;
    }

    /** The home goes on in a fresh epoch since it moved, was put back, or lost its end. */
    void began() {
        mark();
    }

    /** A change came that another home wrote with this device's key. */
    void met(String by, boolean here) {
        if (here) {
            core.chain().beginEpoch(core.random(), core.ledger(), core.batches().rows());
            core.counters().add("fresh_epochs", 1);
        }
        if (told && !here) {
            return;
        }
        told = true;
        String text =
                "another copy of this device's home is at work, or an old one was put back: "
                        + by
                        + " holds changes with this device's key that are not of this home. Both go"
                        + " on in chains of their own and nothing is lost, but they are one device"
                        + " to all others, and only one of them can be linked to a peer at a time."
                        + " End one of the two (`musher down`), or give it a home of its own by"
                        + " `musher invite` and `musher join`; if a key may be in wrong hands,"
                        + " `musher rotate` here";
        core.standing().twin(text);
        core.turn().add(new Effect.Alarm("twin", text));
        core.turn().peersChanged = true;
        mark();
    }

    private void mark() {
        Role role = core.ledger().project().membership().role(core.chain().device());
        if (role == null || role == Role.READER || core.standing().notNow() != null) {
            return;
        }
        Outcome.Refused refused =
                core.writer()
                        .writeOps(
                                new Actor.SystemActor(core.setup().label()),
                                List.of(),
                                core.turn().wallMs());
        if (refused != null) {
            // Revoked, and not yet told: then nobody need meet it.
            core.counters().add("marks_refused", 1);
        }
    }
}
