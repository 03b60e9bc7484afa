package dev.musher.ops.cli;


import dev.musher.node.HomeFolder;
import java.nio.file.Path;
import java.util.Map;

/** Where the gateway of a user keeps its things: one for all projects, beside their homes. */
final class GatewayHome {

    private GatewayHome() {}

    /** {@code MUSHER_GATEWAY_HOME}, else a folder beside the homes of nodes. */
    static Path of(Map<String, String> environment) {
        String told = environment.getOrDefault("MUSHER_GATEWAY_HOME", "");
        return told.isBlank()
                ? HomeFolder.of(null, environment).resolveSibling("gateway")
                : Path.of(told).toAbsolutePath().normalize();
    }
}
