package dev.musher.ops.cli;

import dev.musher.node.HomeBackup;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code musher restore-home}. */
@Command(name = "restore-home", description = "Make this home, which is empty, of a backup.")
final class RestoreHome extends Action {

    @Parameters(paramLabel = "DIR", description = "What `musher backup` wrote.")
    Path backup;

    @Override
    protected int run(Screen screen) {
        Path home = homes().home();
        HomeBackup.restore(backup.toAbsolutePath().normalize(), home);
        screen.say("restored to " + home + "; start it with `musher up`");
        screen.say("The device goes on in a fresh chain. Do not run it in two places.");
        screen.object(Json.of(Map.of("home", home.toString())));
        return 0;
    }
}
