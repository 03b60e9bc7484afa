package dev.musher.node.replica;

import dev.musher.crdt.Digest;
import dev.musher.crdt.Project;
import dev.musher.crdt.access.Membership;
import dev.musher.crdt.access.Verdict;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Outline;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.pipeline.Item;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.json.JsonOut;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Drops the texts of bodies that were replaced, on items that are closed: puts outlines in place of
 * changes, by the rules of PROTOCOL.md, section 12. It is this node's own choice and alters no
 * state; each step is one row rewritten, so a crash leaves some done and some not, and both are
 * right.
 *
 * <p>Core thread only.
 */
final class Compaction {

    /** Outlines looked at in one call, so that nobody waits long behind it. */
    static final int PAGE = 512;

    /** Why a text stays, in the order of looking. */
    enum Kept {
        /** An outline stands there already. */
        DROPPED_BEFORE,
        /** No checkpoint that counts vouches for it any more. */
        VOID_CHECKPOINT,
        /** Its checkpoint says another state than there was here when it came. */
        CONTRADICTED,
        /** Its checkpoint is younger than texts are to be kept. */
        YOUNG,
        /** An active member has not acknowledged its checkpoint. */
        NOT_ACKNOWLEDGED,
        /** Its change is not on disk. */
        NOT_DURABLE,
        /** It does not count, and may be adopted. */
        VOID,
        /** It is shown, or stands beside what is shown. */
        SHOWN,
        /** Its item is not closed. */
        OPEN;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What to drop.
     *
     * @param dryRun only say what would be dropped
     * @param idleMs a device that wrote nothing for so long is not waited for
     * @param keepMs texts vouched for since are kept
     * @param from outlines that earlier calls looked at
     */
    record Wish(boolean dryRun, long idleMs, long keepMs, int from) {}

    private static final Comparator<Place> BY_PLACE =
            Comparator.comparingInt(Place::branch).thenComparingInt(Place::seq);

    private final Ledger ledger;
    private final DurableView view;
    private final long wallMs;

    Compaction(Ledger ledger, DurableView view, long wallMs) {
        this.ledger = ledger;
        this.view = view;
        this.wallMs = wallMs;
    }

    /**
     * Goes through some of what checkpoints vouch for; gives JSON: {@code {dropped, bytes, kept:
     * {why: count}, next, of}}, next null at the end.
     */
    String run(Wish wish) {
        List<Op.Vouched> all = vouched();
        SortedMap<Place, Signed> accepted = new TreeMap<>(BY_PLACE);
        Map<Place, @Nullable Kept> judged = new HashMap<>();
        int to = Math.min(all.size(), wish.from() + PAGE);
        SortedMap<Kept, Integer> kept = new TreeMap<>();
        for (int i = wish.from(); i < to; i++) {
            Place place = ledger.history().find(all.get(i).change());
            if (place == null) {
                throw new IllegalStateException("a checkpoint vouches for what is not here");
            }
            Signed signed = ledger.history().signed(place);
            Kept why = keeps(wish, place, signed.change(), judged);
            if (why != null || accepted.putIfAbsent(place, signed) != null) {
                kept.merge(why == null ? Kept.DROPPED_BEFORE : why, 1, Integer::sum);
            }
        }
        // Not before all is judged: what is judged is read, and would be remembered as it was.
        long bytes = 0;
        for (Map.Entry<Place, Signed> each : accepted.entrySet()) {
            bytes += drop(each.getKey(), each.getValue(), wish.dryRun());
        }
        JsonOut out =
                new JsonOut().object().member("dropped", accepted.size()).member("bytes", bytes);
        out.name("kept").object();
        kept.forEach((why, count) -> out.member(why.word(), count));
        out.endObject().name("next");
        if (to < all.size()) {
            out.value(to);
        } else {
            out.nothing();
        }
        return new String(
                out.member("of", all.size()).endObject().toBytes(), StandardCharsets.UTF_8);
    }

    private long drop(Place place, Signed signed, boolean dryRun) {
        Change outline = Outline.of(signed.change());
        if (outline == null) {
            throw new IllegalStateException("vouched for without an outline: " + signed.change());
        }
        Signed outlined = new Signed(outline, signed.signature(), signed.links());
        return dryRun
                ? Rows.change(signed).length - Rows.change(outlined).length
                : ledger.outline(place, outlined);
    }

    /** All that checkpoints vouch for, in the order in which these came. */
    private List<Op.Vouched> vouched() {
        List<Op.Vouched> out = new ArrayList<>();
        for (Place place : ledger.project().checkpoints()) {
            out.addAll(checkpoint(place).outlines());
        }
        return out;
    }

    private Op.Checkpoint checkpoint(Place place) {
        for (Op op : ledger.history().change(place).ops()) {
            if (op instanceof Op.Checkpoint checkpoint) {
                return checkpoint;
            }
        }
        throw new IllegalStateException("no checkpoint at " + place);
    }

    /** Why the texts of a change stay; null where they may go. */
    private @Nullable Kept keeps(
            Wish wish, Place place, Change change, Map<Place, @Nullable Kept> judged) {
        if (change.isOutline()) {
            return Kept.DROPPED_BEFORE;
        }
        Kept least = Kept.VOID_CHECKPOINT;
        for (Place checkpoint : ledger.project().vouching(change.id())) {
            if (!judged.containsKey(checkpoint)) {
                judged.put(checkpoint, keeps(wish, checkpoint));
            }
            Kept why = judged.get(checkpoint);
            if (why == null) {
                return keeps(place, change);
            }
            least = why.compareTo(least) > 0 ? why : least;
        }
        return least;
    }

    /** Why a checkpoint does not allow to drop anything; null where it does. */
    private @Nullable Kept keeps(Wish wish, Place checkpoint) {
        Project project = ledger.project();
        if (!project.verdicts(checkpoint).contains(Verdict.COUNTS)) {
            return Kept.VOID_CHECKPOINT;
        }
        if (ledger.contradicting().contains(ledger.history().change(checkpoint).id())) {
            return Kept.CONTRADICTED;
        }
        if (project.dag().wallMs(checkpoint) > wallMs - wish.keepMs()) {
            return Kept.YOUNG;
        }
        return waitsFor(checkpoint, wish.idleMs()).isEmpty() ? null : Kept.NOT_ACKNOWLEDGED;
    }

    /** Why the texts of a change must stay, whoever vouches for it. */
    private @Nullable Kept keeps(Place place, Change change) {
        if (view.durable(place.branch()) < place.seq()) {
            return Kept.NOT_DURABLE;
        }
        List<Verdict> verdicts = ledger.project().verdicts(place);
        for (int i = 0; i < change.ops().size(); i++) {
            Op op = change.op(i);
            if (!Outline.holdsText(op)) {
                continue;
            }
            ItemKey key = op instanceof Op.OnItem on ? on.item() : ItemKey.of(change.id(), i);
            if (verdicts.get(i) != Verdict.COUNTS) {
                return Kept.VOID;
            }
            Ref write = new Ref(change.id(), i);
            Kept why = keeps(write, ledger.project().item(key));
            // A text is gone for good and a row may be damaged: the log has the last word.
            why = why == null ? keeps(write, ledger.project().audit(key)) : why;
            if (why != null) {
                return why;
            }
        }
        return null;
    }

    private static @Nullable Kept keeps(Ref write, @Nullable Item item) {
        if (item == null) {
            return Kept.VOID;
        }
        if (item.body().refs().contains(write)) {
            return Kept.SHOWN;
        }
        return isClosed(item) ? null : Kept.OPEN;
    }

    /** Whether an item is closed: then what was replaced in it is history. */
    static boolean isClosed(Item item) {
        return item.deleted() || (item.stage() != null && item.stage().name().terminal());
    }

    /**
     * The active members that have not acknowledged a checkpoint: whose role is above reader, whom
     * no cut names, and who wrote of late, but nothing with the checkpoint in its past.
     */
    List<DeviceId> waitsFor(Place checkpoint, long idleMs) {
        Dag dag = ledger.project().dag();
        Membership membership = ledger.project().membership();
        Map<DeviceId, Long> latest = new HashMap<>();
        Set<DeviceId> acknowledged = new HashSet<>();
        for (int branch = 0; branch < dag.branches(); branch++) {
            DeviceId device = dag.chain(branch).device();
            latest.merge(device, dag.wallMs(dag.head(branch)), Math::max);
            if (dag.inPast(checkpoint, dag.head(branch))) {
                acknowledged.add(device);
            }
        }
        List<DeviceId> out = new ArrayList<>();
        for (Membership.Member member : membership.members()) {
            DeviceId device = member.device();
            Long wrote = latest.get(device);
            if (member.role() != Role.READER
                    && !membership.isCut(device)
                    && !acknowledged.contains(device)
                    && wrote != null
                    && wrote > wallMs - idleMs) {
                out.add(device);
            }
        }
        return out;
    }

    /** Whether others wait for this device to acknowledge a checkpoint that counts. */
    boolean isWaitedFor(DeviceId device) {
        for (Place checkpoint : ledger.project().checkpoints()) {
            if (ledger.project().verdicts(checkpoint).contains(Verdict.COUNTS)
                    && waitsFor(checkpoint, wallMs).contains(device)) {
                return true;
            }
        }
        return false;
    }

    /** All checkpoints as JSON, the latest last, each with who has not acknowledged it. */
    String list(long idleMs) {
        Project project = ledger.project();
        JsonOut out = new JsonOut().object().name("checkpoints").array();
        for (Place place : project.checkpoints()) {
            Change change = ledger.history().change(place);
            Op.Checkpoint op = checkpoint(place);
            out.object()
                    .member("id", change.id().hex())
                    .member("by", change.device().hex())
                    .name("at")
                    .time(change.header().wallMs());
            out.member("counts", project.verdicts(place).contains(Verdict.COUNTS))
                    .member("digest", new Digest(op.root(), op.membership()).value().hex())
                    .member("outlines", op.outlines().size())
                    .member(
                            "waits_for",
                            waitsFor(place, idleMs).stream().map(DeviceId::hex).toList());
            out.endObject();
        }
        return new String(out.endArray().endObject().toBytes(), StandardCharsets.UTF_8);
    }
}
