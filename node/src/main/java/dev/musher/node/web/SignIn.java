package dev.musher.node.web;

import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.JsonOut;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/**
 * Signing a browser in: who holds a token asks for a link, the link works once, within ten minutes,
 * and leaves a cookie that no script can read and no other site can send.
 */
public final class SignIn {

    private final Sessions sessions;
    private final String home;

    /**
     * Routes for signing in.
     *
     * @param home where a browser goes once it is signed in
     */
    public SignIn(Sessions sessions, String home) {
        this.sessions = sessions;
        this.home = home;
    }

    /** {@code POST /api/v1/sessions} makes a link, {@code GET /login?code=} redeems it. */
    public List<Route> routes() {
        return List.of(
                Route.json(HttpMethod.POST, "/api/v1/sessions", this::link).forPersons(),
                new Route(
                        HttpMethod.GET,
                        "/login",
                        Route.Access.OPEN,
                        Route.Body.NONE,
                        this::redeem));
    }

    private void link(Exchange exchange) {
        String link = "/login?code=" + sessions.code(exchange.actor());
        byte[] json = new JsonOut().object().member("link", link).endObject().toBytes();
        exchange.answer(new Answer.Json(201, json, null));
    }

    private void redeem(Exchange exchange) {
        String code = exchange.query("code");
        String cookie = code == null ? null : sessions.redeem(code);
        if (cookie == null) {
            exchange.problem(
                    Code.UNAUTHENTICATED,
                    "The sign-in link was used before or is too old; make another one.");
            return;
        }
        String name = WebServer.cookie(exchange.request().getHeader("Host"));
        exchange.response()
                .addCookie(
                        Cookie.cookie(name, cookie)
                                .setHttpOnly(true)
                                .setSecure(exchange.request().isSSL())
                                .setSameSite(CookieSameSite.STRICT)
                                .setPath("/")
                                .setMaxAge(Sessions.COOKIE_MS / 1000));
        exchange.response().setStatusCode(303).putHeader("Location", home).end();
    }
}
