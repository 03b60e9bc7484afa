package dev.musher.ops.cli;

import dev.musher.node.Home;
import dev.musher.node.HomeBackup;
import dev.musher.node.store.RocksStore;
import dev.musher.node.store.StoreOptions;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code musher backup}. */
@Command(
        name = "backup",
        description =
                "Write a verified backup of this home, running or not, with the device's key.")
final class BackUp extends Action {

    @Parameters(paramLabel = "DIR", description = "A folder that is empty or not there yet.")
    Path target;

    @Override
    protected int run(Screen screen) {
        Path folder = target.toAbsolutePath().normalize();
        Homes homes = homes();
        if (homes.run().isPresent()) {
            try (NodeClient node = homes.connect()) {
                node.write("POST", "/api/v1/backup", Map.of("folder", folder.toString()));
            }
        } else {
            Stopped.requireHome(homes.home());
            try (Home home = Home.open(homes.home());
                    RocksStore store = RocksStore.open(home.store(), StoreOptions.defaults())) {
                HomeBackup.create(home.folder(), store, folder);
            }
        }
        screen.say("backed up to " + folder + ": it holds the device's key, keep it safe");
        screen.object(Json.of(Map.of("folder", folder.toString())));
        return 0;
    }
}
