package dev.musher.ops.cli;

import dev.musher.node.NodeConfig;
import dev.musher.node.Setting;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code musher config}. */
@Command(name = "config", description = "Show the settings of the node of this repository.")
final class ShowConfig extends Action {

    @Option(names = "--origin", description = "Show where each value came from.")
    boolean origin;

    @Override
    protected int run(Screen screen) {
        Homes homes = homes();
        Map<String, String> flags = new LinkedHashMap<>();
        if (common.home != null) {
            flags.put("home", homes.home().toString());
        }
        if (homes.repo() != null) {
            flags.put("repo", homes.repo().toString());
        }
        Table table = new Table("NAME", "VALUE", origin ? "FROM" : "");
        Map<String, Object> out = new LinkedHashMap<>();
        for (Setting s : NodeConfig.resolve(flags, System.getenv()).settings()) {
            String from = s.origin().name().toLowerCase(Locale.ROOT);
            String where = s.detail().isEmpty() ? from : from + " " + s.detail();
            table.row(s.name(), s.value(), origin ? where : "");
            out.put(s.name(), origin ? Map.of("value", s.value(), "from", where) : s.value());
        }
        screen.table(table, "no settings");
        screen.object(Json.of(out));
        return 0;
    }
}
