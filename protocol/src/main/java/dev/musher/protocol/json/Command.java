package dev.musher.protocol.json;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.CounterName;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants done; one command becomes one change. References to items are text ({@code
 * 42}, {@code 42-k}, a prefix of an id) and are resolved where the state is, so that they mean what
 * they mean at the moment of the write. Bounds of texts were checked by {@code CommandReader}; who
 * builds a command by hand has the same duty ({@code crdt.change.Limits}).
 *
 * <p>{@code seen} is the item's version that the caller was shown; null means the present one. All
 * are immutable.
 */
public sealed interface Command {

    /**
     * The time of an origin whose caller gave none: the moment of the write is taken. It is no
     * clock's word, so that a repeated request is the same command.
     */
    long WHEN_WRITTEN = -1;

    /** A command about one item that exists. */
    sealed interface OnItem extends Command {
        /** The item, as the caller names it. */
        String ref();
    }

    /**
     * Makes an item.
     *
     * @param origin never null: creation without an origin is refused before it gets here; its time
     *     may be {@link #WHEN_WRITTEN}
     * @param fields first values beside {@link Field#NAME} and {@link Field#TYPE}, which are always
     *     there; {@link Field#EPIC} holds a reference as {@link Value.Text}; no {@link Value.None}
     * @param sets first elements; those of {@link SetName#DEPENDS_ON} are references
     */
    record Create(
            Origin origin, SortedMap<Field, Value> fields, SortedMap<SetName, List<String>> sets)
            implements Command {
        /** Copies the maps. */
        public Create {
            fields = copy(fields);
            TreeMap<SetName, List<String>> copied = new TreeMap<>();
            sets.forEach((name, elements) -> copied.put(name, List.copyOf(elements)));
            sets = Collections.unmodifiableSortedMap(copied);
        }

        /** The origin as it is written at {@code wallMs}. */
        public Origin originAt(long wallMs) {
            return origin.timeMs() == WHEN_WRITTEN
                    ? new Origin(origin.kind(), origin.id(), wallMs)
                    : origin;
        }
    }

    /**
     * Writes registers and sets, together in one change.
     *
     * @param fields new values; {@link Value.None} clears; {@link Field#EPIC} holds a reference as
     *     {@link Value.Text}; never {@link Field#DELETED}
     */
    record Edit(
            String ref,
            SortedMap<Field, Value> fields,
            SortedMap<SetName, SetEdit> sets,
            @Nullable String seen)
            implements OnItem {
        /** Copies the maps. */
        public Edit {
            fields = copy(fields);
            sets = Collections.unmodifiableSortedMap(new TreeMap<>(sets));
        }
    }

    /**
     * What to do to one set.
     *
     * @param exact the elements it shall have, or null to leave the others as they are; with it
     *     {@code add} and {@code remove} are empty
     */
    record SetEdit(@Nullable List<String> exact, List<String> add, List<String> remove) {
        /** Copies the lists. */
        public SetEdit {
            exact = exact == null ? null : List.copyOf(exact);
            add = List.copyOf(add);
            remove = List.copyOf(remove);
        }
    }

    /**
     * Lets an event happen to the item's stage.
     *
     * @param event any but {@link Event#CHOOSE}, which {@link Settle} of {@code stage} writes
     * @param reason empty where none was given
     */
    record Act(
            String ref,
            Event event,
            String reason,
            SortedMap<String, String> details,
            @Nullable String seen)
            implements OnItem {
        /** Copies the map. */
        public Act {
            details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
        }
    }

    /**
     * Several things about one item that are one decision (it starts, and who has it), written in
     * one change: all of them or none.
     *
     * @param parts at least two, each about {@code ref}; none of them {@link Together}
     */
    record Together(String ref, List<OnItem> parts) implements OnItem {
        /** Copies the list. */
        public Together {
            parts = List.copyOf(parts);
        }
    }

    /** Adds a note. */
    record Note(String ref, String text) implements OnItem {}

    /**
     * Writes a newer text for a note.
     *
     * @param note the note's id as the views show it: {@code <change hex>.<op index>}
     */
    record EditNote(String ref, String note, String text) implements OnItem {}

    /** Deletes the item: it leaves every query. */
    record Delete(String ref, @Nullable String seen) implements OnItem {}

    /** Undoes a deletion. (The event of the same name brings an archived item back.) */
    record Restore(String ref) implements OnItem {}

    /**
     * Ends a conflict in favour of one value.
     *
     * @param field {@code stage}, a word of {@link Field}, or {@code todo:} and the todo's text
     * @param choice {@code shown}, or the change (a prefix of its hex id, 8 digits or more) that
     *     wrote the value to keep
     */
    record Settle(String ref, String field, String choice) implements OnItem {}

    /** Adds an element to a set. */
    record AddElement(String ref, SetName set, String element) implements OnItem {}

    /** Takes an element out of a set. */
    record RemoveElement(String ref, SetName set, String element) implements OnItem {}

    /** Checks or unchecks a todo. */
    record Check(String ref, String todo, boolean checked, @Nullable String seen)
            implements OnItem {}

    /** Adds to a counter; retries belong to the present stage. */
    record Count(String ref, CounterName counter, long amount) implements OnItem {}

    /** A command about who takes part and what of a device counts: a person's word. */
    sealed interface OnMembers extends Command {}

    /**
     * Adds a device to the project.
     *
     * @param expiresMs wall clock from which on an owner's node revokes it, ms since 1970; null for
     *     never
     */
    record AddMember(DeviceId device, Role role, String label, @Nullable Long expiresMs)
            implements OnMembers {
        /** One that never expires. */
        public AddMember(DeviceId device, Role role, String label) {
            this(device, role, label, null);
        }
    }

    /** Gives a device a further role. */
    record SetRole(DeviceId device, Role role) implements OnMembers {}

    /** Lets item ops of void changes count on the caller's authority. */
    record Adopt(List<ChangeId> changes, List<ChangeId> heads) implements OnMembers {
        /** Copies the lists. */
        public Adopt {
            changes = List.copyOf(changes);
            heads = List.copyOf(heads);
        }
    }

    /** Lets the item ops of everything that a device wrote and that does not count, count. */
    record AdoptDevice(DeviceId device) implements OnMembers {}

    /**
     * Revokes a device: of what it wrote only what is before the kept heads counts.
     *
     * @param keep its changes to keep, with all before them: {@code SEQ}, {@code EPOCH:SEQ} or the
     *     id of a change; null keeps all that counts here now, the empty list nothing
     */
    record Revoke(DeviceId device, @Nullable List<String> keep) implements OnMembers {
        /** Copies the list. */
        public Revoke {
            keep = keep == null ? null : List.copyOf(keep);
        }
    }

    /**
     * Settles forks: both histories of each count from now on.
     *
     * @param device whose forks; null for those of all devices that this one may settle
     */
    record SettleForks(@Nullable DeviceId device) implements OnMembers {}

    private static SortedMap<Field, Value> copy(SortedMap<Field, Value> fields) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(fields));
    }
}
