package dev.musher.node.web;

import dev.musher.crdt.change.Actor;
import java.security.SecureRandom;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Browsers that are signed in. A one-time code, made by who holds a token, is exchanged for a
 * cookie; both are 32 random bytes, held here by nothing but memory, so a restart signs everybody
 * out. At its bound the oldest goes. Not thread safe: used on the server's event loop.
 */
public final class Sessions {

    /** How long a one-time code can be used, ms. */
    public static final long CODE_MS = 10 * 60 * 1000L;

    /** How long a cookie lives, ms. */
    public static final long COOKIE_MS = 7 * 24 * 60 * 60 * 1000L;

    private static final int CODES_MAX = 100;
    private static final int COOKIES_MAX = 1_000;

    private record Entry(Actor actor, long untilMs) {}

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Entry> codes = new LinkedHashMap<>();
    private final Map<String, Entry> cookies = new LinkedHashMap<>();
    private final LongSupplier clockMs;

    /** With a clock that only needs to move forward. */
    public Sessions(LongSupplier clockMs) {
        this.clockMs = clockMs;
    }

    /** A code that signs one browser in as {@code actor}, once. */
    public String code(Actor actor) {
        return put(codes, CODES_MAX, actor, CODE_MS);
    }

    /** The cookie for a code, or null where the code is unknown, used or too old. */
    public @Nullable String redeem(String code) {
        Entry entry = codes.remove(code);
        if (entry == null || entry.untilMs < clockMs.getAsLong()) {
            return null;
        }
        return put(cookies, COOKIES_MAX, entry.actor, COOKIE_MS);
    }

    /** Whom the cookie stands for, or null. */
    public @Nullable Actor actor(String cookie) {
        Entry entry = cookies.get(cookie);
        if (entry == null) {
            return null;
        }
        if (entry.untilMs < clockMs.getAsLong()) {
            cookies.remove(cookie);
            return null;
        }
        return entry.actor;
    }

    private String put(Map<String, Entry> map, int max, Actor actor, long lifeMs) {
        if (map.size() == max) {
            Iterator<String> oldest = map.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        String key = Tokens.fresh(random);
        map.put(key, new Entry(actor, clockMs.getAsLong() + lifeMs));
        return key;
    }
}
