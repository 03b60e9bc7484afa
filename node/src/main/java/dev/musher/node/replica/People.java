package dev.musher.node.replica;

import dev.musher.crdt.access.Membership;
import dev.musher.crdt.access.Removal;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The devices of one membership as people speak of them. Core thread only. */
final class People {

    /** What the key that is senior to all is called. */
    static final String RECOVERY = "recovery key";

    /** Devices named in one text. */
    private static final int NAMED_MAX = 5;

    private final Membership membership;
    private final StoredHistory history;
    private final Map<String, Integer> bearers = new HashMap<>();

    People(Membership membership, StoredHistory history) {
        this.membership = membership;
        this.history = history;
    }

    /** What people call a device: its label, or the beginning of its key. */
    String name(DeviceId device) {
        Membership.Member member = membership.member(device);
        return member == null ? device.shortText() : name(member);
    }

    /**
     * The same of a member. Who chose its label chose it freely: where another device has the same
     * one, or the recovery key's name, the beginning of the key tells them apart.
     */
    String name(Membership.Member member) {
        String label = label(member);
        String letters = member.device().shortText();
        if (label.isEmpty()) {
            return letters;
        }
        return member.order() == 0 || bearers(label) == 1 ? label : label + " (" + letters + ")";
    }

    private long bearers(String label) {
        if (bearers.isEmpty()) {
            for (Membership.Member each : membership.members()) {
                bearers.merge(label(each), 1, Integer::sum);
            }
        }
        return bearers.getOrDefault(label, 1);
    }

    /** The device that added a member; null for the two of the genesis. */
    @Nullable DeviceId addedBy(Membership.Member member) {
        Ref added = member.addedBy();
        return added == null
                ? null
                : history.change(Objects.requireNonNull(history.find(added.change()))).device();
    }

    /** The label of a member; that of the recovery key is not written anywhere. */
    static String label(Membership.Member member) {
        return member.order() == 0 ? RECOVERY : member.label();
    }

    /** The members that {@code which} takes and no cut names, the most senior first. */
    List<Membership.Member> standing(Predicate<Membership.Member> which) {
        return membership.members().stream()
                .filter(m -> which.test(m) && !membership.isCut(m.device()))
                .toList();
    }

    /** Some of the owners that a device's junior could ask, by name; the recovery key is none. */
    String owners(Predicate<Membership.Member> which) {
        return standing(m -> m.order() > 0 && m.role() == Role.OWNER && which.test(m)).stream()
                .limit(NAMED_MAX)
                .map(this::name)
                .collect(Collectors.joining(", "));
    }

    /** The cut that revoked a device, or null where none did. */
    @Nullable CutView cut(DeviceId device) {
        if (!membership.isCut(device)) {
            return null;
        }
        List<Removal> cuts =
                membership.removals(device).stream().filter(r -> r.settled() == null).toList();
        Change best = null;
        for (Removal cut : cuts) {
            Place place = Objects.requireNonNull(history.find(cut.by().change()));
            Change change = history.change(place);
            if (best == null || order(change) < order(best)) {
                best = change;
            }
        }
        Change change = Objects.requireNonNull(best);
        return new CutView(
                change.device(),
                name(change.device()),
                order(change),
                change.actor().name(),
                change.id(),
                change.header().wallMs(),
                change.device().equals(device) ? addedIn(change) : null);
    }

    private @Nullable DeviceId addedIn(Change change) {
        for (Op op : change.ops()) {
            if (op instanceof Op.AddMember add && membership.member(add.device()) != null) {
                return add.device();
            }
        }
        return null;
    }

    private int order(Change change) {
        Membership.Member member = membership.member(change.device());
        return member == null ? Integer.MAX_VALUE : member.order();
    }
}
