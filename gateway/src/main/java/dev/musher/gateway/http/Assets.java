package dev.musher.gateway.http;

import dev.musher.node.web.Answer;
import dev.musher.node.web.Route;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * The page and its libraries, each file a route of its own, read from the jars once. Open to
 * anybody: they are the same in every copy of the product, and what they show needs a sign-in.
 */
final class Assets {

    /** Only files of this origin, no inline code or style, nothing made into code by text. */
    static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'; require-trusted-types-for 'script';"
                    + " trusted-types lit-html";

    private static final List<String> OWN =
            List.of(
                    "app.js",
                    "api.js",
                    "board.js",
                    "item.js",
                    "devices.js",
                    "order.js",
                    "words.js",
                    "style.css",
                    "icon.svg");

    private static final List<String> LIT =
            List.of("lit-html.js", "directive.js", "directive-helpers.js", "directives/repeat.js");

    private Assets() {}

    /**
     * {@code /} and {@code /web/...}.
     *
     * @throws IllegalStateException where a file is missing, which is a broken build
     */
    static List<Route> routes() {
        List<Route> out = new ArrayList<>();
        out.add(file("/", "text/html", text("web/index.html")));
        for (String name : OWN) {
            out.add(file("/web/" + name, type(name), text("web/" + name)));
        }
        String lit = "META-INF/resources/webjars/lit-html/" + litVersion() + "/";
        for (String name : LIT) {
            out.add(file("/web/lib/" + name, type(name), text(lit + name)));
        }
        return List.copyOf(out);
    }

    private static Route file(String path, String type, String text) {
        Answer answer = new Answer.Text(type + "; charset=utf-8", text);
        return new Route(
                HttpMethod.GET,
                path,
                Route.Access.OPEN,
                Route.Body.NONE,
                exchange -> {
                    exchange.response().putHeader("Content-Security-Policy", POLICY);
                    exchange.answer(answer);
                });
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "js" -> "text/javascript";
            case "css" -> "text/css";
            case "svg" -> "image/svg+xml";
            default -> throw new IllegalStateException("no type for " + name);
        };
    }

    private static String litVersion() {
        Properties pom = new Properties();
        try (InputStream in = open("META-INF/maven/org.webjars.npm/lit-html/pom.properties")) {
            pom.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("the jar of lit-html cannot be read", e);
        }
        return pom.getProperty("version", "unknown");
    }

    private static String text(String resource) {
        try (InputStream in = open(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(resource + " cannot be read", e);
        }
    }

    private static InputStream open(String resource) {
        InputStream in = Assets.class.getClassLoader().getResourceAsStream(resource);
        if (in == null) {
            throw new IllegalStateException(resource + " is in no jar");
        }
        return in;
    }
}
