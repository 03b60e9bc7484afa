package dev.musher.node.web;

import dev.musher.crdt.change.Actor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who a bearer token stands for. The file has one token a line: alone, it is the home's user;
 * {@code TOKEN KIND NAME}, with kind user, agent or system, it is that actor. So the actor of a
 * change comes from the token and never from the request. May be shared between threads.
 */
public final class Tokens {

    private static final int TOKEN_BYTES = 32;
    private static final int TOKEN_CHARS_MIN = 32;
    private static final int TOKENS_MAX = 1_000;

    private record Known(byte[] hash, Actor actor) {}

    private volatile List<Known> known;

    private Tokens(List<Known> known) {
        this.known = List.copyOf(known);
    }

    /** One token for one actor. */
    public static Tokens of(String token, Actor actor) {
        return new Tokens(List.of(new Known(hash(token), actor)));
    }

    /** These tokens and one more. */
    public Tokens and(String token, Actor actor) {
        List<Known> more = new ArrayList<>(known);
        more.add(new Known(hash(token), actor));
        return new Tokens(more);
    }

    /**
     * Reads the file, or makes it with one fresh token, readable by its owner alone.
     *
     * @param user who a token without a name stands for
     * @throws IOException where the file cannot be read or made
     * @throws IllegalArgumentException where a line is none of the forms; names the line, not the
     *     token
     */
    public static Tokens open(Path file, String user) throws IOException {
        if (!Files.exists(file)) {
            create(file);
        }
        return new Tokens(read(file, user));
    }

    /** Goes over to what the file says now, as {@link #open}: no other token is good any more. */
    public void reopen(Path file, String user) throws IOException {
        known = List.copyOf(read(file, user));
    }

    private static List<Known> read(Path file, String user) throws IOException {
        List<Known> known = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            number++;
            if (!line.isBlank()) {
                known.add(parse(line.strip(), user, file + " line " + number));
            }
        }
        if (known.isEmpty() || known.size() > TOKENS_MAX) {
            throw new IllegalArgumentException(
                    file + ": " + known.size() + " tokens; it has 1 to " + TOKENS_MAX);
        }
        return known;
    }

    /** A fresh token: 32 random bytes in base64url. */
    public static String fresh(SecureRandom random) {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Whom the token stands for, or null. Takes the same time for every token of one length. */
    public @Nullable Actor actor(String token) {
        byte[] hash = hash(token);
        Actor found = null;
        for (Known k : known) {
            if (MessageDigest.isEqual(k.hash, hash)) {
                found = k.actor;
            }
        }
        return found;
    }

    private static void create(Path file) throws IOException {
        var owner =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Files.createFile(file, owner);
        Files.writeString(file, fresh(new SecureRandom()) + "\n", StandardOpenOption.WRITE);
    }

    private static Known parse(String line, String user, String where) {
        String[] parts = line.split("\\s+", 3);
        if (parts[0].length() < TOKEN_CHARS_MIN) {
            throw new IllegalArgumentException(
                    where + ": a token has " + TOKEN_CHARS_MIN + " characters or more");
        }
        if (parts.length == 1) {
            return new Known(hash(parts[0]), new Actor.User(user));
        }
        if (parts.length == 2) {
            throw new IllegalArgumentException(where + ": is TOKEN or TOKEN KIND NAME");
        }
        Actor actor =
                switch (parts[1]) {
                    case "user" -> new Actor.User(parts[2]);
                    case "agent" -> new Actor.Agent(parts[2], null);
                    case "system" -> new Actor.SystemActor(parts[2]);
                    default ->
                            throw new IllegalArgumentException(
                                    where + ": kind is user, agent or system");
                };
        return new Known(hash(parts[0]), actor);
    }

    /**
     * Tokens are compared by hash, so that neither length nor a common prefix shows in the time.
     */
    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
