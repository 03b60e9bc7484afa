package dev.musher.node.web;

import io.vertx.core.http.HttpMethod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One method on one path.
 *
 * @param template path whose segments are words or {@code {names}}, for example {@code
 *     /api/v1/items/{ref}}
 * @param access who may call it
 * @param body what the request carries
 * @param handler called on the event loop; must not block
 */
public record Route(HttpMethod method, String template, Access access, Body body, Handler handler) {

    /** Who may call a route. */
    public enum Access {
        /** Anybody: it tells and does nothing of worth. */
        OPEN,
        /** Who shows a token or a cookie. */
        SIGNED_IN,
        /**
         * Who is signed in and is a person: for what decides who takes part, and what concerns the
         * home. An agent's token must not make a device that is more than an agent.
         */
        PERSON
    }

    /** What a request carries. */
    public enum Body {
        /** Nothing that is read. */
        NONE,
        /** One JSON text, read whole before the handler is called. */
        JSON,
        /** Lines of JSON; the handler reads them from the request, which is paused. */
        LINES
    }

    /** Answers a request. */
    @FunctionalInterface
    public interface Handler {
        /** Answers at once or later, exactly once. */
        void handle(Exchange exchange);
    }

    /** A route without a body for who is signed in. */
    public static Route get(String template, Handler handler) {
        return new Route(HttpMethod.GET, template, Access.SIGNED_IN, Body.NONE, handler);
    }

    /** A route that takes JSON from who is signed in. */
    public static Route json(HttpMethod method, String template, Handler handler) {
        return new Route(method, template, Access.SIGNED_IN, Body.JSON, handler);
    }

    /** The same for persons alone. */
    public Route forPersons() {
        return new Route(method, template, Access.PERSON, body, handler);
    }

    /** The values of the template's names when the segments match, else null. */
    @Nullable Map<String, String> match(List<String> segments) {
        String[] parts = template.substring(1).split("/", -1);
        if (parts.length != segments.size()) {
            return null;
        }
        Map<String, String> out = new HashMap<>();
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            if (part.startsWith("{")) {
                out.put(part.substring(1, part.length() - 1), segments.get(i));
            } else if (!part.equals(segments.get(i))) {
                return null;
            }
        }
        return out;
    }
}
