package dev.musher.node.replica;

import dev.musher.crdt.Admission;
import dev.musher.crdt.Patch;
import dev.musher.crdt.Project;
import dev.musher.crdt.Refusal;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.pipeline.Item;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Commands to changes of this device. The commands of one submission share a change as far as they
 * may: 64 ops, 64 KiB, and each item in one command only, since an op cannot build on another of
 * its own change. Each command is done or refused for itself.
 *
 * <p>Core thread only.
 */
final class LocalWriter {

    /** Items of a project, deleted ones too. */
    static final long ITEMS_MAX = 1_000_000;

    /** Open items of a project. */
    static final long OPEN_MAX = 100_000;

    /** Devices of a project. */
    static final int DEVICES_MAX = 1_000;

    /** Bytes of ops that are gathered before a change is closed; one command may pass it alone. */
    private static final int GATHERED_BYTES = 48 * 1024;

    private final Ledger ledger;
    private final LocalChain chain;
    private final Counters counters;
    private long lastWallMs;

    /**
     * @param lastWallMs clock of this device's last change
     */
    LocalWriter(Ledger ledger, LocalChain chain, Counters counters, long lastWallMs) {
        this.lastWallMs = lastWallMs;
        this.ledger = ledger;
        this.chain = chain;
        this.counters = counters;
    }

    /** A change in the making. */
    private static final class Draft {
        final List<Op> ops = new ArrayList<>();
        final Set<ItemKey> items = new TreeSet<>();
        final List<Integer> commands = new ArrayList<>();
        final List<Integer> firstOps = new ArrayList<>();
        int bytes;
        long lastNumber;
    }

    /** Writes what the commands ask for; one outcome each, in their order. */
    List<Outcome> write(Actor actor, List<Command> commands, long wallMs) {
        Outcome.Refused refusal = Standing.updateNeeded(ledger.project());
        if (refusal != null) {
            return commands.stream().<Outcome>map(command -> refusal).toList();
        }
        @Nullable Outcome[] outcomes = new Outcome[commands.size()];
        Draft draft = new Draft();
        for (int i = 0; i < commands.size(); i++) {
            Command command = commands.get(i);
            CommandOps.Plan plan = plan(command, actor, draft, wallMs);
            // A refusal may come of what the draft is about to change: asked again after it.
            boolean refused = plan instanceof CommandOps.Not && !draft.ops.isEmpty();
            if (refused || plan instanceof CommandOps.Ops ops && collides(ops, draft)) {
                seal(draft, actor, wallMs, outcomes);
                draft = new Draft();
                plan = plan(command, actor, draft, wallMs);
            }
            switch (plan) {
                case CommandOps.Not not -> outcomes[i] = not.refusal();
                case CommandOps.Ops ops -> outcomes[i] = gather(ops, i, draft);
            }
        }
        seal(draft, actor, wallMs, outcomes);
        return Arrays.stream(outcomes).map(Objects::requireNonNull).toList();
    }

    /** Writes ops of this node itself; why it is not done, or null. */
    Outcome.@Nullable Refused writeOps(Actor actor, List<Op> ops, long wallMs) {
        Outcome.Refused refused = Standing.updateNeeded(ledger.project());
        return refused != null
                ? refused
                : append(actor, ops, wallMs) instanceof Not not ? not.refused() : null;
    }

    /** What became of ops that were to be a change. */
    private sealed interface Result {}

    private record Wrote(Change change) implements Result {}

    private record Not(Outcome.Refused refused) implements Result {}

    private CommandOps.Plan plan(Command command, Actor actor, Draft draft, long wallMs) {
        Outcome.Refused limit = limit(command, draft);
        if (limit != null) {
            return new CommandOps.Not(limit);
        }
        AccessOps access = new AccessOps(ledger, chain.device());
        return new CommandOps(ledger.lookup(), ledger.seen(), this::op, access, wallMs)
                .plan(command, actor, nextNumber(draft));
    }

    private Op op(Ref ref) {
        Place place = ledger.history().find(ref.change());
        if (place == null) {
            throw new IllegalStateException("a head names a change that is not here: " + ref);
        }
        return ledger.history().change(place).op(ref.index());
    }

    private long nextNumber(Draft draft) {
        long next = Math.max(ledger.project().nextNumber(), draft.lastNumber + 1);
        while (!ledger.lookup().numbers().get(next).isEmpty()) {
            next++;
        }
        return next;
    }

    private Outcome.@Nullable Refused limit(Command command, Draft draft) {
        int more = draft.firstOps.size();
        if (command instanceof Command.Create) {
            if (ledger.items() + more >= ITEMS_MAX) {
                return Outcome.Refused.of(
                        Code.CONFLICT,
                        "the project holds " + ITEMS_MAX + " items, the most it may");
            }
            if (ledger.open() + more >= OPEN_MAX) {
                return Outcome.Refused.of(
                        Code.CONFLICT,
                        OPEN_MAX + " items are open, the most there may be: close some first");
            }
        }
        if (command instanceof Command.AddMember
                && ledger.project().membership().members().size() >= DEVICES_MAX) {
            return Outcome.Refused.of(
                    Code.CONFLICT, "the project has " + DEVICES_MAX + " devices, the most it may");
        }
        return null;
    }

    private static boolean collides(CommandOps.Ops ops, Draft draft) {
        ItemKey key = CommandOps.key(ops);
        return key != null && draft.items.contains(key)
                || draft.ops.size() + ops.ops().size() > Limits.OPS
                || !draft.ops.isEmpty() && draft.bytes + OpSize.of(ops.ops()) > GATHERED_BYTES
                // Who takes part is a change of its own: what follows knows of it.
                || !draft.ops.isEmpty()
                        && (draft.ops.getLast().isAccess()
                                || ops.ops().stream().anyMatch(Op::isAccess));
    }

    private @Nullable Outcome gather(CommandOps.Ops ops, int command, Draft draft) {
        Item item = ops.item();
        if (ops.ops().isEmpty() && item != null) {
            return new Outcome.Done(
                    item.key(),
                    item.number(),
                    ledger.lookup().display(item),
                    CommandOps.madeBy(item),
                    item.version());
        }
        if (ops.ops().size() > Limits.OPS) {
            return Outcome.Refused.of(
                    Code.TOO_LARGE,
                    "the command needs "
                            + ops.ops().size()
                            + " ops, a change holds "
                            + Limits.OPS
                            + ": split it");
        }
        draft.commands.add(command);
        draft.firstOps.add(draft.ops.size());
        draft.ops.addAll(ops.ops());
        draft.bytes += OpSize.of(ops.ops());
        if (item != null) {
            draft.items.add(item.key());
        }
        if (ops.ops().getFirst() instanceof Op.NewItem made) {
            draft.lastNumber = made.number();
        }
        return null;
    }

    private void seal(Draft draft, Actor actor, long wallMs, @Nullable Outcome[] outcomes) {
        if (draft.ops.isEmpty()) {
            return;
        }
        Result result = append(actor, draft.ops, wallMs);
        if (result instanceof Not && draft.commands.size() > 1) {
            // One of them is at fault: each alone, so that it does not take the others with it.
            for (int at = 0; at < draft.commands.size(); at++) {
                int command = draft.commands.get(at);
                int to =
                        at + 1 < draft.firstOps.size()
                                ? draft.firstOps.get(at + 1)
                                : draft.ops.size();
                List<Op> own = draft.ops.subList(draft.firstOps.get(at), to);
                outcomes[command] = outcome(append(actor, own, wallMs), 0, own.getFirst());
            }
            return;
        }
        for (int at = 0; at < draft.commands.size(); at++) {
            int first = draft.firstOps.get(at);
            outcomes[draft.commands.get(at)] = outcome(result, first, draft.ops.get(first));
        }
    }

    private Outcome outcome(Result result, int index, Op first) {
        return switch (result) {
            case Not not -> not.refused();
            case Wrote wrote -> done(wrote.change(), index, first);
        };
    }

    private Outcome.Done done(Change change, int index, Op first) {
        ItemKey key =
                switch (first) {
                    case Op.NewItem made -> ItemKey.of(change.id(), index);
                    case Op.OnItem on -> on.item();
                    case Op.Access access -> null;
                    case Op.Unknown unknown -> null;
                };
        Item item = key == null ? null : ledger.project().item(key);
        return item == null
                ? new Outcome.Done(null, 0, null, change.id(), null)
                : new Outcome.Done(
                        key,
                        item.number(),
                        ledger.lookup().display(item),
                        change.id(),
                        item.version());
    }

    private Result append(Actor actor, List<Op> ops, long wallMs) {
        // An author's clock never goes back in its own changes, whatever the machine's does.
        lastWallMs = Math.max(wallMs, lastWallMs);
        Project.Next next = next(actor, ops);
        while (next.joins()) {
            Result joined = append(actor, List.of(), next.header(), wallMs);
            if (joined instanceof Not) {
                return joined;
            }
            counters.add("joins", 1);
            next = next(actor, ops);
        }
        return append(actor, ops, next.header(), wallMs);
    }

    private Project.Next next(Actor actor, List<Op> ops) {
        return ledger.project().next(chain.device(), chain.epoch(), lastWallMs, actor, ops);
    }

    private Result append(Actor actor, List<Op> ops, Header header, long wallMs) {
        Change change;
        try {
            change = ChangeCodec.write(header, actor, ops);
        } catch (Malformed e) {
            return new Not(Outcome.Refused.of(Code.INVALID, String.valueOf(e.getMessage())));
        }
        return switch (ledger.project().check(change)) {
            case Admission.Admitted admitted -> {
                Signed signed = chain.next(change);
                Patch patch = ledger.append(admitted, signed, wallMs);
                chain.appended(patch.place(), signed);
                counters.add("changes_applied", "from", "local", 1);
                yield new Wrote(change);
            }
            case Admission.Refused refused -> new Not(refused(refused));
            case Admission.Duplicate duplicate ->
                    throw new IllegalStateException("wrote what is here: " + change);
            // The draft follows heads that are here: what is missing is what the caller named.
            case Admission.Missing missing -> new Not(unknown(missing));
        };
    }

    private static Outcome.Refused unknown(Admission.Missing missing) {
        return Outcome.Refused.of(
                Code.UNKNOWN_REFERENCE,
                "no change "
                        + missing.ids().stream()
                                .map(ChangeId::hex)
                                .collect(Collectors.joining(", "))
                        + " is known here: look it up again, or wait until it has come");
    }

    private Outcome.Refused refused(Admission.Refused refused) {
        counters.add(
                "changes_refused", "reason", refused.code().name().toLowerCase(Locale.ROOT), 1);
        return Outcome.Refused.of(code(refused.code()), words(refused));
    }

    /** The rule and the next step, as people speak of this device and of those who can help. */
    private String words(Admission.Refused refused) {
        return switch (refused.code()) {
            case NOT_A_MEMBER ->
                    "this device is no member of the project: ask for a link (`musher invite`), and"
                            + " join with another home"
                            + owners("; owners are: ");
            case ROLE ->
                    "this device is of role "
                            + role()
                            + ", which does not allow it"
                            + owners("; an owner can give it another role: ");
            case SENIOR ->
                    "it acts on a device that is senior to this one, and only its seniors may"
                            + " (`musher members` lists the most senior first)"
                            + owners("; owners are: ");
            case KNOWN ->
                    "the key is a member already, or was revoked, and a revoked key never comes"
                            + " back (`musher members` lists it): the device joins with a new one,"
                            + " by `musher invite`";
            case GENESIS,
                    PROJECT,
                    VERSION,
                    SEQ,
                    LAMPORT,
                    NAMED,
                    ITEM,
                    MEMBERS,
                    CUT,
                    FROM_WITHIN,
                    KEPT,
                    OUTLINE,
                    TERM,
                    ARBITER,
                    GENERATION,
                    CLAIM ->
                    "refused: " + refused.text();
        };
    }

    private String role() {
        Role role = ledger.project().membership().role(chain.device());
        return role == null ? "none" : role.word();
    }

    /** The owners, by the names people gave their devices. */
    private String owners(String before) {
        String names =
                new People(ledger.project().membership(), ledger.history()).owners(m -> true);
        return names.isEmpty() ? "" : before + names;
    }

    private static Code code(Refusal refusal) {
        return switch (refusal) {
            case NOT_A_MEMBER, CUT, ROLE, SENIOR, ARBITER, CLAIM -> Code.NOT_ALLOWED;
            case KNOWN, TERM, GENERATION, KEPT, FROM_WITHIN -> Code.CONFLICT;
            case GENESIS, PROJECT, VERSION, SEQ, LAMPORT, NAMED, ITEM, MEMBERS, OUTLINE ->
                    Code.INVALID;
        };
    }
}
