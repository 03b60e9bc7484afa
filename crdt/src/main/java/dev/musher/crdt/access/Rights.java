package dev.musher.crdt.access;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.SetName;

/** Which role may write which op. None may give a role above its own. */
public final class Rights {

    private Rights() {}

    /** Whether {@code role} allows {@code op} in {@code change}. */
    public static boolean allow(Role role, Op op, Change change) {
        return switch (op) {
            case Op.Access o -> allow(role, o, change.device());
            case Op.NewItem o -> member(role);
            case Op.SetField o -> member(role);
            // `landed` is a fact about the shared branch: a member's key vouches for it.
            case Op.Move o -> o.event() == Event.LANDED ? member(role) : work(role, change);
            case Op.AddNote o -> work(role, change);
            case Op.EditNote o -> work(role, change);
            case Op.CheckTodo o -> work(role, change);
            case Op.Count o -> work(role, change);
            case Op.AddElement o -> element(role, o.set(), change);
            case Op.RemoveElement o -> element(role, o.set(), change);
            case Op.Claim o -> role != Role.READER;
            // Without effect here; a version that knows the kind judges it by its own rule.
            case Op.Unknown o -> role != Role.READER;
        };
    }

    /** Whether {@code role} allows the membership op {@code op} of {@code author}. */
    static boolean allow(Role role, Op.Access op, DeviceId author) {
        return switch (op) {
            case Op.SetRole o -> role == Role.OWNER;
            // Of its own key a member may make an end: it loses by that, and wins nothing.
            case Op.Cut o -> o.device().equals(author) ? member(role) : role == Role.OWNER;
            case Op.SetArbiter o -> role == Role.OWNER;
            case Op.SetRules o -> role == Role.OWNER;
            case Op.Checkpoint o -> role == Role.OWNER;
            case Op.AddMember o -> o.role() == Role.OWNER ? role == Role.OWNER : member(role);
            case Op.SettleFork o -> o.device().equals(author) ? role != Role.READER : member(role);
            case Op.Genesis o -> member(role);
            case Op.Adopt o -> member(role);
        };
    }

    /** Whether two roles allow different ops on items. */
    public static boolean differ(Role a, Role b) {
        return a != b && !(member(a) && member(b));
    }

    private static boolean member(Role role) {
        return role.compareTo(Role.MEMBER) >= 0;
    }

    /** What agents do; a key of role agent never writes as a person. */
    private static boolean work(Role role, Change change) {
        return member(role) || (role == Role.AGENT && change.actor() instanceof Actor.Agent);
    }

    private static boolean element(Role role, SetName set, Change change) {
        return set == SetName.TODOS ? work(role, change) : member(role);
    }
}
