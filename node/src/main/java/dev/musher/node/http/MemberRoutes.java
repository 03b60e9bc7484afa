package dev.musher.node.http;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.Signature;
import dev.musher.node.replica.CutView;
import dev.musher.node.replica.ForkView;
import dev.musher.node.replica.MemberView;
import dev.musher.node.replica.Published;
import dev.musher.node.web.Answer;
import dev.musher.node.web.Exchange;
import dev.musher.node.web.Route;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.CommandReader;
import dev.musher.protocol.json.JsonIn;
import dev.musher.protocol.json.JsonOut;
import dev.musher.protocol.json.Verb;
import io.vertx.core.http.HttpMethod;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who takes part: members, roles, invites, revocation, forks, and what a key elsewhere signs. */
final class MemberRoutes {

    /** Hexadecimal digits of the largest change. */
    private static final int CHANGE_DIGITS = 2 * 64 * 1024;

    private final Routes shared;

    MemberRoutes(Routes shared) {
        this.shared = shared;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/api/v1/members", x -> x.answer(Answer.json(members(state())))),
                write("/api/v1/members", Verb.ADD_MEMBER, 201),
                write("/api/v1/roles", Verb.SET_ROLE, 200),
                write("/api/v1/revoke", Verb.REVOKE, 200),
                write("/api/v1/adopt", Verb.ADOPT, 200),
                Route.get("/api/v1/forks", x -> x.answer(Answer.json(forks(state())))),
                write("/api/v1/forks/settle", Verb.SETTLE_FORKS, 200),
                Route.json(HttpMethod.POST, "/api/v1/invites", this::invite).forPersons(),
                Route.json(HttpMethod.POST, "/api/v1/drafts/{author}", this::draft).forPersons(),
                Route.json(HttpMethod.POST, "/api/v1/changes", this::signed).forPersons(),
                Route.json(HttpMethod.POST, "/api/v1/rotate", this::rotate).forPersons());
    }

    private Route write(String path, Verb verb, int status) {
        return Route.json(HttpMethod.POST, path, x -> shared.write(x, verb, null, status))
                .forPersons();
    }

    private Published state() {
        return shared.backend().published();
    }

    private static byte[] members(Published state) {
        JsonOut out = new JsonOut();
        out.object().name("members").array();
        for (MemberView member : state.members()) {
            CutView cut = member.cut();
            out.object()
                    .member("device", member.device().hex())
                    .member("short", member.device().shortText())
                    .member("label", member.label())
                    .member("role", member.role().word())
                    .member("seniority", member.seniority())
                    .member("cut", cut != null)
                    .name("revoked");
            if (cut == null) {
                out.nothing();
            } else {
                out.object()
                        .member("by", cut.by().hex())
                        .member("by_label", cut.byName())
                        .member("by_seniority", cut.bySeniority())
                        .member("user", cut.byWhom())
                        .member("change", cut.change().hex())
                        .name("at")
                        .time(cut.wallMs())
                        .name("replaced_by");
                if (cut.replacedBy() == null) {
                    out.nothing();
                } else {
                    out.value(cut.replacedBy().hex());
                }
                out.endObject();
            }
            out.name("added_by");
            if (member.addedBy() == null) {
                out.nothing();
            } else {
                out.value(member.addedBy().hex());
            }
            ProjectRoutes.time(out, "expires", member.expiresMs());
            out.member("self", member.device().equals(state.device()));
            ProjectRoutes.time(out, "last", member.lastWallMs());
            out.member("clock_ahead_ms", member.aheadMs()).endObject();
        }
        return out.endArray().endObject().toBytes();
    }

    private static byte[] forks(Published state) {
        JsonOut out = new JsonOut();
        out.object().name("forks").array();
        for (ForkView fork : state.forks()) {
            out.object()
                    .member("device", fork.device().hex())
                    .member("label", fork.name())
                    .member("epoch", HexFormat.of().toHexDigits(fork.epoch()))
                    .member("seq", fork.seq())
                    .member("state", fork.state().name().toLowerCase(Locale.ROOT))
                    .member("branches", fork.branches())
                    .member("proof", fork.proof().stream().map(Object::toString).toList())
                    .name("heads")
                    .array();
            ProjectRoutes.heads(out, fork.heads());
            out.endArray().endObject();
        }
        return out.endArray().endObject().toBytes();
    }

    private void invite(Exchange exchange) {
        Map<String, String> given =
                ProjectRoutes.texts(exchange.body(), List.of("role", "label", "expires"));
        String expires = given.get("expires");
        Long expiresMs = expires == null ? null : Routes.moment("expires", expires);
        String word = given.getOrDefault("role", Role.MEMBER.word());
        for (Role role : Role.values()) {
            if (role.word().equals(word)) {
                Routes.told(
                        exchange,
                        shared.backend().invite(role, given.getOrDefault("label", ""), expiresMs),
                        link ->
                                new Answer.Json(
                                        201,
                                        new JsonOut()
                                                .object()
                                                .member("link", link)
                                                .member("role", word)
                                                .endObject()
                                                .toBytes(),
                                        null));
                return;
            }
        }
        throw new Malformed("role: one of reader, agent, member, owner");
    }

    private void rotate(Exchange exchange) {
        ProjectRoutes.texts(exchange.body(), List.of());
        String old = state().device().hex();
        Routes.told(
                exchange,
                shared.backend().rotate(),
                done ->
                        Answer.json(
                                new JsonOut()
                                        .object()
                                        .member("old", old)
                                        .member("device", state().device().hex())
                                        .endObject()
                                        .toBytes()));
    }

    /** A change for a key that is not here: the body is a line of a batch. */
    private void draft(Exchange exchange) {
        DeviceId author = DeviceId.of(digits("author", exchange.path("author"), DeviceId.LENGTH));
        if (!(CommandReader.line(exchange.body()) instanceof Command.OnMembers command)) {
            throw new Malformed(
                    "op: only what concerns members is drafted: add_member, set_role, revoke,"
                            + " settle_forks, adopt");
        }
        Routes.told(
                exchange,
                shared.backend().draft(author, exchange.actor(), command),
                hex ->
                        Answer.json(
                                new JsonOut()
                                        .object()
                                        .member("id", read(hex).id().hex())
                                        .member("change", hex)
                                        .endObject()
                                        .toBytes()));
    }

    private void signed(Exchange exchange) {
        Map<String, String> given = new HashMap<>();
        JsonIn in = JsonIn.of(exchange.body());
        in.object(
                "body",
                name -> {
                    switch (name) {
                        case "change" -> given.put(name, in.text(name, CHANGE_DIGITS));
                        case "signature" -> given.put(name, in.text(name, 2 * Signature.LENGTH));
                        default ->
                                throw new Malformed(
                                        name
                                                + ": not a member here, which takes change,"
                                                + " signature");
                    }
                });
        in.end();
        Change change = read(present(given, "change"));
        byte[] signature = digits("signature", present(given, "signature"), Signature.LENGTH);
        Routes.told(
                exchange,
                shared.backend().signed(new Signed(change, Signature.of(signature))),
                done ->
                        Answer.json(
                                new JsonOut()
                                        .object()
                                        .member("change", change.id().hex())
                                        .endObject()
                                        .toBytes()));
    }

    private static String present(Map<String, String> given, String name) {
        @Nullable String value = given.get(name);
        if (value == null) {
            throw new Malformed(name + ": missing");
        }
        return value;
    }

    private static Change read(String hex) {
        return ChangeCodec.read(digits("change", hex, hex.length() / 2));
    }

    private static byte[] digits(String name, String hex, int bytes) {
        try {
            if (hex.length() == 2 * bytes) {
                return HexFormat.of().parseHex(hex);
            }
        } catch (IllegalArgumentException e) {
            throw new Malformed(name + ": not hexadecimal digits: " + e.getMessage());
        }
        throw new Malformed(name + ": expected " + 2 * bytes + " hexadecimal digits");
    }
}
