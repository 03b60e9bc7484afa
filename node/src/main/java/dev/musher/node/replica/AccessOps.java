package dev.musher.node.replica;

import dev.musher.crdt.Project;
import dev.musher.crdt.access.Membership;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Kept;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Role;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What membership ops a command stands for, in the present state, and who could do what its author
 * may not: admission would only say that it is refused. Writes nothing. Core thread only.
 *
 * @param author the key that will sign: this device's, or the recovery key
 */
record AccessOps(Ledger ledger, DeviceId author) {

    private static final String ASK_RECOVERY =
            "the recovery key (`--recovery-key FILE`, with what `musher up` showed once)";

    /** A list of ids longer than this is not seqs. */
    private static final int SEQ_DIGITS = 13;

    /** The ops of {@code command}, or why there are none. */
    CommandOps.Plan plan(Command.OnMembers command, Actor actor) {
        if (!(actor instanceof Actor.User)) {
            // The key of this device may, but its agents may not: they would make themselves more.
            return not(
                    Code.NOT_ALLOWED,
                    "who takes part and what of a device's work counts is a person's word: ask"
                            + " one");
        }
        return switch (command) {
            case Command.AddMember add -> add(add);
            case Command.SetRole set -> role(set);
            case Command.Adopt adopt -> op(new Op.Adopt(adopt.changes(), adopt.heads()));
            case Command.AdoptDevice adopt -> adopt(adopt.device());
            case Command.Revoke revoke -> revoke(revoke);
            case Command.SettleForks settle -> settle(settle.device());
        };
    }

    private CommandOps.Plan add(Command.AddMember add) {
        Outcome.Refused refused = add.expiresMs() == null ? null : mayNotExpire(add.role());
        if (refused != null) {
            return new CommandOps.Not(refused);
        }
        return op(new Op.AddMember(add.device(), add.role(), add.label(), add.expiresMs()));
    }

    /** Why a key with a role cannot have an end, or null. */
    static Outcome.@Nullable Refused mayNotExpire(Role role) {
        return role == Role.OWNER
                ? Outcome.Refused.of(
                        Code.INVALID, "an owner's key does not expire: give it another role")
                : null;
    }

    private CommandOps.Plan role(Command.SetRole set) {
        Membership.Member member = membership().member(set.device());
        if (member != null && set.role().compareTo(member.role()) <= 0) {
            return not(
                    Code.CONFLICT,
                    people().name(member)
                            + " has the role "
                            + member.role().word()
                            + " already, and the rights of a key only grow: to take some away"
                            + " revoke it (`musher revoke`), and invite the device with a new key");
        }
        return op(new Op.SetRole(set.device(), set.role()));
    }

    // ---- revoking ------------------------------------------------------------------------------

    private CommandOps.Plan revoke(Command.Revoke revoke) {
        Membership.Member target = membership().member(revoke.device());
        if (target == null) {
            return not(
                    Code.UNKNOWN_REFERENCE,
                    "no device of this project has the key "
                            + revoke.device().hex()
                            + ": `musher members` lists them");
        }
        Outcome.Refused refused = mayNotRevoke(target);
        if (refused != null) {
            return new CommandOps.Not(refused);
        }
        CutView before = people().cut(target.device());
        List<String> keep = revoke.keep();
        if (before != null && keep == null) {
            return not(
                    Code.CONFLICT,
                    people().name(target)
                            + " was revoked already, by "
                            + before.byName()
                            + " at "
                            + time(before.wallMs())
                            + ": say with --keep what of its work shall go on counting; of several"
                            + " cuts what all keep counts");
        }
        return keep == null ? op(cut(target.device())) : keeping(target.device(), keep);
    }

    /** The cut of a device that takes away nothing of what counts here now. */
    Op.Cut cut(DeviceId device) {
        return new Op.Cut(device, kept(project().standing(device)));
    }

    private Outcome.@Nullable Refused mayNotRevoke(Membership.Member target) {
        Membership.Member me = membership().member(author);
        if (target.order() == 0) {
            return Outcome.Refused.of(
                    Code.NOT_ALLOWED, "the recovery key is senior to all: nobody can revoke it");
        }
        if (me != null && me.role() == Role.MEMBER && target.device().equals(author)) {
            return null;
        }
        if (me == null || me.role() != Role.OWNER) {
            return notOwner(me, target);
        }
        if (target.order() < me.order()) {
            return Outcome.Refused.of(
                            Code.NOT_ALLOWED,
                            people().name(target)
                                    + " is senior to "
                                    + people().name(me)
                                    + ", which can revoke its juniors and itself; "
                                    + who(target))
                    .with("device", target.device().hex());
        }
        boolean last =
                people().owners(m -> !m.device().equals(target.device())).isEmpty()
                        && target.role() == Role.OWNER
                        && target.device().equals(author);
        return last
                ? Outcome.Refused.of(
                        Code.CONFLICT,
                        people().name(target)
                                + " is the only owner: make another one first (`musher members"
                                + " role DEVICE owner`), or nobody but the recovery key could add,"
                                + " raise or revoke a device")
                : null;
    }

    private Outcome.Refused notOwner(Membership.@Nullable Member me, Membership.Member target) {
        return Outcome.Refused.of(
                        Code.NOT_ALLOWED,
                        "only an owner can revoke a device, and this one is "
                                + (me == null ? "no member" : "of role " + me.role().word())
                                + "; "
                                + who(target))
                .with("device", target.device().hex());
    }

    /** Who can revoke a device. */
    String who(Membership.Member target) {
        String owners = people().owners(m -> m.order() <= target.order());
        return target.order() == 1
                ? "the founder's device can be revoked by " + ASK_RECOVERY + " and by itself"
                : people().name(target)
                        + " can be revoked by: "
                        + (owners.isEmpty() ? "" : owners + ", or ")
                        + ASK_RECOVERY;
    }

    private CommandOps.Plan keeping(DeviceId device, List<String> words) {
        List<Place> places = new ArrayList<>();
        for (String word : words) {
            List<Place> found = named(device, word);
            if (found.size() != 1) {
                return not(
                        found.isEmpty() ? Code.UNKNOWN_REFERENCE : Code.CONFLICT,
                        found.isEmpty()
                                ? "`"
                                        + word
                                        + "` is no change of "
                                        + people().name(device)
                                        + " that is here: give SEQ, EPOCH:SEQ or the 64 digits of"
                                        + " its id"
                                : "`" + word + "` is in several histories: give " + exactly(found));
            }
            places.add(found.getFirst());
        }
        return op(new Op.Cut(device, kept(places)));
    }

    /** The changes of a device that a word may mean. */
    private List<Place> named(DeviceId device, String word) {
        if (word.length() == 2 * ChangeId.LENGTH) {
            Place place = ledger.history().find(ChangeId.parse(word));
            return place != null && dag().chain(place.branch()).device().equals(device)
                    ? List.of(place)
                    : List.of();
        }
        int colon = word.indexOf(':');
        String seq = word.substring(colon + 1);
        if (seq.isEmpty()
                || seq.length() > SEQ_DIGITS
                || !seq.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return List.of();
        }
        return at(device, colon < 0 ? "" : word.substring(0, colon), Long.parseLong(seq));
    }

    private List<Place> at(DeviceId device, String epoch, long seq) {
        List<Place> out = new ArrayList<>();
        for (int branch = 0; branch < dag().branches(); branch++) {
            Chain chain = dag().chain(branch);
            if (chain.device().equals(device)
                    && (epoch.isEmpty() || epoch.equals(HexFormat.of().toHexDigits(chain.epoch())))
                    && dag().first(branch) <= seq
                    && seq <= dag().head(branch).seq()) {
                out.add(new Place(branch, (int) seq));
            }
        }
        return out;
    }

    private String exactly(List<Place> places) {
        boolean forked = places.stream().map(p -> dag().chain(p.branch())).distinct().count() == 1;
        return places.stream()
                .map(p ->
                        forked
                                ? ledger.history().change(p).id().hex()
                                : HexFormat.of().toHexDigits(dag().chain(p.branch()).epoch())
                                        + ":"
                                        + p.seq())
                .collect(Collectors.joining(" or "));
    }

    // ---- forks and void work ---------------------------------------------------------------

    private CommandOps.Plan settle(@Nullable DeviceId device) {
        List<Chain> open =
                dag().forked().stream()
                        .filter(chain -> device == null || chain.device().equals(device))
                        .filter(chain -> Forks.isOpen(project(), chain))
                        .toList();
        if (open.isEmpty()) {
            return not(
                    Code.CONFLICT,
                    device == null
                            ? "there is no fork to settle: `musher forks` lists all"
                            : people().name(device) + " has no fork that is not settled");
        }
        List<Chain> mine = open.stream().filter(this::maySettle).limit(Limits.OPS).toList();
        if (mine.isEmpty()) {
            Membership.Member target = membership().member(open.getFirst().device());
            return not(
                    Code.NOT_ALLOWED,
                    "a device settles its own forks, and a member those of its juniors; "
                            + people().name(open.getFirst().device())
                            + " is settled by itself"
                            + (target == null ? "" : ", " + seniors(target))
                            + " or by "
                            + ASK_RECOVERY);
        }
        List<Op> ops = new ArrayList<>();
        for (Chain chain : mine) {
            List<Kept> kept = kept(project().tips(chain));
            ops.add(new Op.SettleFork(chain.device(), chain.epoch(), kept));
        }
        return new CommandOps.Ops(null, ops);
    }

    private boolean maySettle(Chain chain) {
        Membership.Member me = membership().member(author);
        Membership.Member other = membership().member(chain.device());
        if (me == null || other == null) {
            return false;
        }
        return chain.device().equals(author)
                ? me.role() != Role.READER
                : me.role().compareTo(Role.MEMBER) >= 0 && me.order() < other.order();
    }

    private String seniors(Membership.Member target) {
        Predicate<Membership.Member> senior =
                m ->
                        m.order() > 0
                                && m.order() < target.order()
                                && m.role().compareTo(Role.MEMBER) >= 0;
        return people().standing(senior).stream()
                .limit(5)
                .map(people()::name)
                .collect(Collectors.joining(", "));
    }

    private CommandOps.Plan adopt(DeviceId device) {
        List<ChangeId> heads =
                project().fallen(device).stream()
                        .filter(p -> !membership().adopts(p, dag().chain(p.branch())))
                        .limit(Limits.KEPT)
                        .map(p -> ledger.history().change(p).id())
                        .toList();
        return heads.isEmpty()
                ? not(
                        Code.CONFLICT,
                        "nothing to adopt: what "
                                + people().name(device)
                                + " wrote counts, or was adopted")
                : op(new Op.Adopt(List.of(), heads));
    }

    // ---- shared ----------------------------------------------------------------------------

    private List<Kept> kept(List<Place> places) {
        return places.stream()
                .sorted((a, b) -> Integer.compare(a.branch(), b.branch()))
                .limit(Limits.KEPT)
                .map(this::kept)
                .toList();
    }

    private Kept kept(Place place) {
        Signed signed = ledger.history().signed(place);
        return new Kept(
                dag().chain(place.branch()).epoch(),
                place.seq(),
                signed.change().id(),
                signed.links().isEmpty() ? signed.signature() : null);
    }

    private static CommandOps.Plan op(Op op) {
        return new CommandOps.Ops(null, List.of(op));
    }

    private static CommandOps.Plan not(Code code, String text) {
        return new CommandOps.Not(Outcome.Refused.of(code, text));
    }

    /** A moment as people read it. */
    static String time(long wallMs) {
        return Instant.ofEpochMilli(wallMs).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private Project project() {
        return ledger.project();
    }

    private Membership membership() {
        return project().membership();
    }

    private Dag dag() {
        return project().dag();
    }

    private People people() {
        return new People(membership(), ledger.history());
    }
}
