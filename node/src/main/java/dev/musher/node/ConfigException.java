package dev.musher.node;

/** The configuration cannot be used; the message names the value, where it stands, and the rule. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With a text for people. */
    public ConfigException(String message) {
        super(message);
    }
}
