package dev.musher.ops.cli;

import dev.musher.node.Release;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code musher version}: the release and the commit it was built from. */
@Command(name = "version", description = "Print release and commit.")
final class Version extends Action {
    @Override
    protected int run(Screen screen) {
        Release release = Release.current();
        screen.result("musher " + release);
        screen.object(Json.of(Map.of("version", release.version(), "commit", release.commit())));
        return 0;
    }
}
