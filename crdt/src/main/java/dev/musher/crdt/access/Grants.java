package dev.musher.crdt.access;

import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All claim ops that were admitted, whether each counts, and which of them others end. A claim that
 * arrives touches its item, the item of the claim it ends, and the items that an agent moved under
 * that claim; nothing else is looked at. Mutable; one thread.
 */
public final class Grants {

    private final Dag dag;
    private final Map<Ref, Grant> all = new HashMap<>();
    private final SortedMap<DeviceId, List<Grant>> byDevice = new TreeMap<>();

    /** Claims of the changes in {@code dag}. */
    public Grants(Dag dag) {
        this.dag = dag;
    }

    /** The claim op with this ref; null where there is none, or the op is of another kind. */
    public @Nullable Grant get(@Nullable Ref ref) {
        return ref == null ? null : all.get(ref);
    }

    /** Adds a claim op; the items that it touches go to {@code touched}. */
    public void add(Grant grant, Membership membership, Set<ItemKey> touched) {
        all.put(grant.ref(), grant);
        byDevice.computeIfAbsent(grant.device(), k -> new ArrayList<>()).add(grant);
        Grant target = get(grant.ends());
        if (target != null) {
            target.addEnder(grant);
        }
        grant.counts = grant.counts(membership, dag);
        touch(grant, touched);
    }

    /** Says that a move of another item than the claim's own was made under a claim. */
    public void stray(Ref ref, ItemKey item) {
        Grant grant = all.get(ref);
        if (grant != null && !grant.item().equals(item) && !grant.strays.contains(item)) {
            List<ItemKey> out = new ArrayList<>(grant.strays);
            out.add(item);
            grant.strays = out;
        }
    }

    /** Judges every claim again; the items of those whose verdict flips go to {@code touched}. */
    public void resolve(Membership membership, Set<ItemKey> touched) {
        resolve(membership, byDevice.keySet(), touched);
    }

    /** Judges the claims that some devices wrote again. */
    public void resolve(Membership membership, Collection<DeviceId> devices, Set<ItemKey> touched) {
        for (DeviceId device : devices) {
            for (Grant grant : byDevice.getOrDefault(device, List.of())) {
                boolean counts = grant.counts(membership, dag);
                if (counts != grant.counts) {
                    grant.counts = counts;
                    touch(grant, touched);
                }
            }
        }
    }

    private void touch(Grant grant, Set<ItemKey> touched) {
        touched.add(grant.item());
        touched.addAll(grant.strays);
        Grant target = get(grant.ends());
        if (target != null) {
            touched.add(target.item());
            touched.addAll(target.strays);
        }
    }

    /** Whether a claim op counts. */
    public boolean counts(Ref ref) {
        Grant grant = all.get(ref);
        return grant != null && grant.counts;
    }

    /** Whether a counted claim or expiry ended the claim. */
    public boolean isEnded(Ref ref) {
        Grant grant = all.get(ref);
        if (grant != null) {
            for (Grant ender : grant.enders) {
                if (ender.counts) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a counted claim or expiry ended the claim before an agent's move under it. */
    public boolean isBeyond(Place move, @Nullable Ref ref) {
        Grant grant = get(ref);
        if (grant != null) {
            for (Grant ender : grant.enders) {
                if (ender.counts && !ender.keeps(move, dag)) {
                    return true;
                }
            }
        }
        return false;
    }
}
