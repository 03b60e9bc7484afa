package dev.musher.node;

/**
 * One value of the configuration and where it came from. Immutable.
 *
 * @param name as in the files; {@code --name} on the command line, {@code MUSHER_NAME} in the
 *     environment
 * @param detail the flag, variable or file that held it; empty for a default
 */
public record Setting(String name, String value, Origin origin, String detail) {

    /** Where a value came from, the strongest first. */
    public enum Origin {
        /** The command line. */
        FLAG,
        /** A variable {@code MUSHER_*}. */
        ENVIRONMENT,
        /** {@code .musher/project.toml} in the repository. */
        PROJECT,
        /** {@code config.toml} in the home. */
        HOME,
        /** Nobody said anything. */
        DEFAULT
    }
}
