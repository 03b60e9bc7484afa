package dev.musher.ops.cli;

import org.jspecify.annotations.Nullable;

/**
 * A command could not do what it was asked. The message says what, the rule, and the next step; the
 * exit code says it to programs.
 */
public final class Failure extends RuntimeException {

    /** Everything that has no code of its own. */
    public static final int FAILED = 1;

    /** The command line itself is wrong. */
    public static final int USAGE = 2;

    /** What was named is not there. */
    public static final int NOT_FOUND = 3;

    /** The state does not allow it: a conflict, a claim of another. */
    public static final int CONFLICT = 4;

    /** A daemon is not there or not well. */
    public static final int UNHEALTHY = 5;

    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final transient Json problem;

    /** With a text for people. */
    public Failure(int exitCode, String message) {
        this(exitCode, message, Json.NOTHING, null);
    }

    /** With a text for people and what the system said. */
    public Failure(int exitCode, String message, Throwable cause) {
        this(exitCode, message, Json.NOTHING, cause);
    }

    private Failure(int exitCode, String message, Json problem, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
        this.problem = problem;
    }

    /** A refusal of a node (RFC 9457), or whatever else it said with a status of 400 and above. */
    static Failure of(int status, Json problem) {
        StringBuilder text =
                new StringBuilder(problem.at("detail").text(problem.at("title").text()));
        if (text.isEmpty()) {
            text.append("the node answered with status ").append(status);
        }
        for (Json c : problem.at("candidates").items()) {
            text.append("\n  ").append(c.at("ref").text()).append("  ").append(c.at("name").text());
        }
        return new Failure(exitCode(status), text.toString(), problem, null);
    }

    /** For the end of the process. */
    public int exitCode() {
        return exitCode;
    }

    /** The stable word for the kind of refusal; empty where a node did not refuse. */
    public String code() {
        return problem.at("code").text();
    }

    /** The refusal as the node sent it. */
    public Json problem() {
        return problem;
    }

    private static int exitCode(int status) {
        return switch (status) {
            case 400, 413, 415 -> USAGE;
            case 404, 410 -> NOT_FOUND;
            case 409 -> CONFLICT;
            case 429, 500, 503, 507 -> UNHEALTHY;
            default -> FAILED;
        };
    }
}
