package dev.musher.ops.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When a key shall end, as people say it. */
final class Expiry {

    private static final Pattern FROM_NOW = Pattern.compile("([1-9][0-9]{0,5})([mhd])");

    private Expiry() {}

    /**
     * A time to come, or minutes, hours or days from now.
     *
     * @throws Failure where it is neither
     */
    static Instant of(String text) {
        Matcher m = FROM_NOW.matcher(text);
        if (m.matches()) {
            long count = Long.parseLong(m.group(1));
            Duration life =
                    switch (m.group(2)) {
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    };
            return Instant.now().plus(life).truncatedTo(ChronoUnit.SECONDS);
        }
        try {
            Instant ends = Instant.parse(text);
            if (ends.isAfter(Instant.now())) {
                return ends;
            }
        } catch (DateTimeException e) {
            throw new Failure(
                    Failure.USAGE,
                    "`" + text + "` is no time: give 2026-01-31T12:00:00Z, or 90m, 12h, 30d",
                    e);
        }
        throw new Failure(
                Failure.USAGE, "`" + text + "` is over: the key would be revoked at once");
    }
}
