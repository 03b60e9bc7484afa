package dev.musher.ops.cli;

import dev.musher.node.Home;
import java.nio.file.Path;

/** What commands ask of a home whose node does not run. */
final class Stopped {

    private Stopped() {}

    /** {@link Failure} where there is no home. */
    static void requireHome(Path home) {
        if (!Home.hasStore(home)) {
            throw new Failure(
                    Failure.NOT_FOUND, home + " is no home of a node yet: `musher up` makes one");
        }
    }
}
