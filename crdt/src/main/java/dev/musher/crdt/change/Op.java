package dev.musher.crdt.change;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One operation. The wire form of each kind stands in {@code protocol/PROTOCOL.md}; bounds in
 * {@link Limits}. All are immutable.
 */
public sealed interface Op {

    /** Kinds below this are those of {@link Access} ops, in this version and in every later one. */
    int ACCESS_KINDS = 16;

    /**
     * Whether it says who may do what. Decided by the kind, so that nodes that do not know an op
     * compute the same frontiers and ask for the same signatures as those that do.
     */
    default boolean isAccess() {
        return this instanceof Access || (this instanceof Unknown u && u.kind() < ACCESS_KINDS);
    }

    /** Ops that say who may do what; they resolve the membership again. */
    sealed interface Access extends Op {}

    /** Ops on one item. */
    sealed interface OnItem extends Op {
        /** The item. */
        ItemKey item();
    }

    /** Ops that decide who works an item. */
    sealed interface Claim extends OnItem {}

    /**
     * Begins a project; the only op of the first change, whose id names the project.
     *
     * @param recovery offline key, senior to everybody
     * @param nonce random, so that two projects never share an id
     * @param label what people call the owner's device, at most 300 UTF-16 units; empty where it
     *     was not said
     */
    record Genesis(String name, DeviceId owner, DeviceId recovery, long nonce, String label)
            implements Access {
        /** Without a label. */
        public Genesis(String name, DeviceId owner, DeviceId recovery, long nonce) {
            this(name, owner, recovery, nonce, "");
        }
    }

    /**
     * Adds a device.
     *
     * @param label what people call it, at most 300 UTF-16 units; may be empty
     * @param expiresMs wall clock in ms since 1970 from which on an owner's node cuts the key; null
     *     for never. It decides nothing by itself: a clock never does
     */
    record AddMember(DeviceId device, Role role, String label, @Nullable Long expiresMs)
            implements Access {}

    /** Gives a device a further role; a key's rights only grow. */
    record SetRole(DeviceId device, Role role) implements Access {}

    /** Revokes a device: of its changes only the ancestors of the kept heads count. */
    record Cut(DeviceId device, List<Kept> kept) implements Access {
        /** Copies the list. */
        public Cut {
            kept = List.copyOf(kept);
        }
    }

    /** Settles a fork of one epoch: what the kept heads hold counts. */
    record SettleFork(DeviceId device, long epoch, List<Kept> kept) implements Access {
        /** Copies the list. */
        public SettleFork {
            kept = List.copyOf(kept);
        }
    }

    /** Lets the item ops of void changes count on the author's authority. */
    record Adopt(List<ChangeId> changes, List<ChangeId> heads) implements Access {
        /** Copies the lists. */
        public Adopt {
            changes = List.copyOf(changes);
            heads = List.copyOf(heads);
        }
    }

    /**
     * Names the arbiter of claims.
     *
     * @param after the arbiter op (or genesis) it replaces
     * @param term that one's term + 1; the genesis has term 0
     */
    record SetArbiter(DeviceId device, Ref after, long term, ArbiterKind kind) implements Access {}

    /** Raises the rules version of the project. */
    record SetRules(int version) implements Access {}

    /**
     * An owner's word about everything in the past of its change: that it adds up to this state,
     * and what the outlines of some changes in it are, so that their texts may be dropped. The only
     * op of its change. Without effect on the state.
     *
     * @param root of the state's trie
     * @param membership hash of the membership
     * @param outlines ascending by id, each id once
     */
    record Checkpoint(ChangeId root, ChangeId membership, List<Vouched> outlines)
            implements Access {
        /** Copies the list. */
        public Checkpoint {
            outlines = List.copyOf(outlines);
        }
    }

    /**
     * That the outline of a change has this hash.
     *
     * @param outline as {@link Outline#hash} makes it
     */
    record Vouched(ChangeId change, ChangeId outline) {}

    /**
     * Makes an item.
     *
     * @param number 1..2^40: the first never used one its author knew
     * @param fields first values of registers; each acts as a write by this op
     * @param sets first elements of sets; each acts as an add by this op
     * @param origin null only in histories that are older than the field
     */
    record NewItem(
            long number,
            @Nullable Origin origin,
            SortedMap<Field, Value> fields,
            SortedMap<SetName, List<Value>> sets)
            implements Op {
        /** Copies the maps. */
        public NewItem {
            fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
            TreeMap<SetName, List<Value>> copy = new TreeMap<>();
            for (Map.Entry<SetName, List<Value>> e : sets.entrySet()) {
                copy.put(e.getKey(), List.copyOf(e.getValue()));
            }
            sets = Collections.unmodifiableSortedMap(copy);
        }
    }

    /**
     * Moves an item by an event.
     *
     * @param bases the moves (or the creation) it starts from, at least one; with {@link
     *     Event#CHOOSE} the first is the one chosen
     * @param reason empty where none was given
     * @param details facts of the new stage, for example {@code commit} of {@code landed}; sorted
     */
    record Move(
            ItemKey item,
            Event event,
            List<Ref> bases,
            String reason,
            SortedMap<String, String> details)
            implements OnItem {
        /** Copies the collections. */
        public Move {
            bases = List.copyOf(bases);
            details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
        }
    }

    /**
     * Writes a register.
     *
     * @param replaces the writes of this field that its author saw
     */
    record SetField(ItemKey item, Field field, Value value, List<Ref> replaces) implements OnItem {
        /** Copies the list. */
        public SetField {
            replaces = List.copyOf(replaces);
        }
    }

    /** Adds a note, which is never changed in place. */
    record AddNote(ItemKey item, String text) implements OnItem {}

    /**
     * Writes a newer text for a note.
     *
     * @param replaces earlier edits of the note that its author saw
     */
    record EditNote(ItemKey item, Ref note, String text, List<Ref> replaces) implements OnItem {
        /** Copies the list. */
        public EditNote {
            replaces = List.copyOf(replaces);
        }
    }

    /** Adds an element to a set. */
    record AddElement(ItemKey item, SetName set, Value element) implements OnItem {}

    /**
     * Takes an element out of a set; adds it does not name survive.
     *
     * @param adds the adds of this element that its author saw
     */
    record RemoveElement(ItemKey item, SetName set, Value element, List<Ref> adds)
            implements OnItem {
        /** Copies the list. */
        public RemoveElement {
            adds = List.copyOf(adds);
        }
    }

    /** Checks or unchecks a todo. */
    record CheckTodo(ItemKey item, String todo, boolean checked, List<Ref> replaces)
            implements OnItem {
        /** Copies the list. */
        public CheckTodo {
            replaces = List.copyOf(replaces);
        }
    }

    /**
     * Adds to a counter.
     *
     * @param amount 0..2^40
     * @param of the stage move that retries belong to; null for the other counters
     */
    record Count(ItemKey item, CounterName counter, long amount, @Nullable Ref of)
            implements OnItem {}

    /**
     * The arbiter gives the item to a device.
     *
     * @param generation that of {@code after} + 1, or 1
     * @param after the claim it follows
     * @param arbiter the arbiter op (or genesis) on whose authority
     * @param last heads of the former holder that the arbiter has
     * @param ttlMs how long the claim lives without a heartbeat
     */
    record Granted(
            ItemKey item,
            DeviceId holder,
            long generation,
            @Nullable Ref after,
            Ref arbiter,
            List<ChangeId> last,
            long ttlMs)
            implements Claim {
        /** Copies the list. */
        public Granted {
            last = List.copyOf(last);
        }
    }

    /** The arbiter ends a claim. */
    record Expired(ItemKey item, Ref grant, Ref arbiter, List<ChangeId> last) implements Claim {
        /** Copies the list. */
        public Expired {
            last = List.copyOf(last);
        }
    }

    /** A device takes an item while the arbiter is out of reach. Ends no other claim. */
    record Tentative(ItemKey item, long generation, @Nullable Ref after, long ttlMs)
            implements Claim {}

    /**
     * An op of a kind this version does not know: kept, forwarded, counted, without effect.
     *
     * @param cbor the op as received
     */
    record Unknown(int kind, Octets cbor) implements Op {}

    /** How the arbiter decides. The ordinal is the wire code. */
    enum ArbiterKind {
        /** A named node. */
        HOME,
        /** A ref on the shared remote, moved by compare-and-swap. */
        GIT
    }
}
