package dev.musher.node;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The flags of a daemon's command line. */
public final class Flags {
    private Flags() {}

    /**
     * Flags of a daemon by name, {@code --NAME VALUE} or {@code --NAME=VALUE}.
     *
     * @throws ConfigException for anything else
     */
    public static Map<String, String> of(List<String> args) {
        Map<String, String> out = new HashMap<>();
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            if (!arg.startsWith("--")) {
                throw new ConfigException("unexpected `" + arg + "`; flags are --NAME VALUE");
            }
            int equals = arg.indexOf('=');
            if (equals > 0) {
                out.put(arg.substring(2, equals), arg.substring(equals + 1));
            } else if (i + 1 < args.size()) {
                out.put(arg.substring(2), args.get(++i));
            } else {
                throw new ConfigException("`" + arg + "` needs a value");
            }
        }
        return out;
    }
}
