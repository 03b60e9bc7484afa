package dev.musher.ops.cli;

/** A command that asks the running node of a home. */
abstract class OnNode extends Action {

    @Override
    protected final int run(Screen screen) throws Exception {
        try (NodeClient node = homes().connect()) {
            return run(screen, node);
        }
    }

    /** Does it; answers the exit code. */
    abstract int run(Screen screen, NodeClient node) throws Exception;

    /** Path of an item. */
    static String item(String ref) {
        return "/api/v1/items/" + NodeClient.escape(ref);
    }
}
