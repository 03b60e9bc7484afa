package dev.musher.node;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Malformed;
import dev.musher.node.store.PrivateFolder;
import dev.musher.node.web.Tokens;
import dev.musher.protocol.crypto.Ed25519Signer;
import dev.musher.protocol.sync.Fingerprint;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one node, held by one process at a time.
 *
 * <pre>
 *   device.key     seed of the device's key, hexadecimal, 0600
 *   device.key.next  while the key is rotated: the one that comes, until the store says it is taken
 *   unused         until the home has belonged to a project: without it, a store that is missing
 *                  was lost, and nothing is founded in its place
 *   project        id of its project, for the day when the store cannot tell it
 *   recovery.key   only after founding: seed of the project's recovery key, 0600; to be moved away
 *   token          what local callers show, 0600
 *   tls.pem        key and certificate shown where others can reach it, 0600
 *   run.json       {pid, http, certificate} while it runs
 *   port           the port it had last
 *   config.toml    settings, if anybody wrote some
 *   lock           held while it runs
 *   store/  logs/
 * </pre>
 *
 * <p>Not thread safe.
 */
public final class Home implements AutoCloseable {

    private static final String KEY = "device.key";

    private static final String NEXT_KEY = "device.key.next";

    private static final String UNUSED = "unused";
    private static final String PROJECT = "project";

    private final Path folder;
    private final FileChannel lockFile;
    private final String stamp;
    private volatile Runnable renewed = () -> {};

    private Home(Path folder, FileChannel lockFile, String stamp) {
        this.folder = folder;
        this.lockFile = lockFile;
        this.stamp = stamp;
    }

    /**
     * Takes a home, making what is missing of it.
     *
     * @throws HomeException where another process has it, or the disk refuses
     */
    public static Home open(Path folder) {
        return open(folder, true);
    }

    /** Takes the home of a process that is no device itself: it has a token and no key. */
    public static Home withoutDevice(Path folder) {
        return open(folder, false);
    }

    private static Home open(Path folder, boolean device) {
        FileChannel lockFile = null;
        Home home = null;
        try {
            PrivateFolder.make(folder);
            lockFile =
                    FileChannel.open(
                            folder.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            lock(folder, lockFile);
            if (device) {
                makeDevice(folder);
                new StoreSwap(folder).resume();
            }
            makeToken(folder.resolve("token"));
            Files.createDirectories(folder.resolve("logs"));
            home = new Home(folder, lockFile, Stamp.of(folder));
            return home;
        } catch (IOException e) {
            throw new HomeException("the home " + folder + " cannot be used: " + e, e);
        } finally {
            if (home == null && lockFile != null) {
                closeQuietly(lockFile);
            }
        }
    }

    /** Whether a folder has a store, also where a process died that put another in its place. */
    public static boolean hasStore(Path folder) {
        return new StoreSwap(folder).standing() != null;
    }

    /** Whether a folder has a device's key, so that somebody may have been somebody there. */
    public static boolean hasDevice(Path folder) {
        return Files.exists(folder.resolve(KEY));
    }

    /**
     * Takes away what a node made of a folder: its key and store, and what it knew of its project.
     * Only for a home that never held a history, and that no process has.
     */
    public static void discard(Path folder) throws IOException {
        Path store = folder.resolve("store");
        if (Files.exists(store)) {
            try (Stream<Path> all = Files.walk(store)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
        for (String name : List.of(PROJECT, UNUSED, KEY)) {
            Files.deleteIfExists(folder.resolve(name));
        }
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /** Folder of the store. */
    public Path store() {
        return folder.resolve("store");
    }

    /** Says where this home stands: a copy on another machine or in another folder has another. */
    public String stamp() {
        return stamp;
    }

    /** Whether it never belonged to a project, so that one may be founded in it. */
    public boolean unused() {
        return Files.exists(folder.resolve(UNUSED));
    }

    /** Says that it belongs to a project, whose first rows are on disk. */
    public void used() {
        Path file = folder.resolve(UNUSED);
        try {
            if (Files.deleteIfExists(file)) {
                AtomicFile.syncFolder(file);
            }
        } catch (IOException e) {
            throw new HomeException(file + " cannot be deleted: " + e.getMessage(), e);
        }
    }

    /** Keeps the id of its project beside the store. */
    public void remember(ChangeId project) {
        try {
            if (!project.equals(project())) {
                AtomicFile.write(
                        folder.resolve(PROJECT),
                        (project.hex() + "\n").getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            throw new HomeException("its project cannot be kept in " + folder, e);
        }
    }

    /** The project it belongs to, as {@link #remember} kept it; null where it was not kept. */
    @Nullable ChangeId project() {
        if (!Files.exists(folder.resolve(PROJECT))) {
            return null;
        }
        try {
            return ChangeId.parse(readText(PROJECT));
        } catch (IllegalArgumentException | Malformed e) {
            return null;
        }
    }

    /** The device's key. */
    public Ed25519Signer signer() {
        return new Ed25519Signer(seed(KEY));
    }

    /**
     * Makes the key that comes after the device's, on disk before anything is signed for it; the
     * one that is there where that was begun before.
     */
    Ed25519Signer makeNextKey() {
        try {
            makeKey(folder.resolve(NEXT_KEY));
        } catch (IOException e) {
            throw new HomeException("the next key cannot be written: " + e.getMessage(), e);
        }
        return new Ed25519Signer(seed(NEXT_KEY));
    }

    /** The key that comes after the device's; null where none was begun. */
    @Nullable Ed25519Signer nextKey() {
        return Files.exists(folder.resolve(NEXT_KEY)) ? new Ed25519Signer(seed(NEXT_KEY)) : null;
    }

    /** The next key is the device's from now on: one rename, so that there is always one. */
    void takeNextKey() {
        Path key = folder.resolve(KEY);
        try {
            Files.move(
                    folder.resolve(NEXT_KEY),
                    key,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            AtomicFile.syncFolder(key);
        } catch (IOException e) {
            throw new HomeException("the next key cannot take its place: " + e.getMessage(), e);
        }
    }

    /** Nothing was signed for the next key: the device keeps the one it has. */
    void dropNextKey() {
        try {
            Files.deleteIfExists(folder.resolve(NEXT_KEY));
        } catch (IOException e) {
            throw new HomeException("the next key cannot be deleted: " + e.getMessage(), e);
        }
    }

    /**
     * Gives every token a fresh secret, its kind and name kept, and lets the home's own certificate
     * go, to be made anew: whoever copied the home has the old ones. Then does what {@link
     * #onRenewed} said.
     */
    void renewSecrets() {
        Path token = folder.resolve("token");
        try {
            StringBuilder out = new StringBuilder();
            for (String line : Files.readAllLines(token, StandardCharsets.UTF_8)) {
                if (!line.isBlank()) {
                    String[] parts = line.strip().split("\\s+", 2);
                    out.append(freshToken());
                    out.append(parts.length == 1 ? "" : " " + parts[1]).append('\n');
                }
            }
            AtomicFile.writeSecret(token, out.toString().getBytes(StandardCharsets.UTF_8));
            Files.deleteIfExists(folder.resolve(Endpoint.FILE));
        } catch (IOException e) {
            throw new HomeException("the tokens cannot be made anew: " + e.getMessage(), e);
        }
        renewed.run();
    }

    /** Says what is to be done when the home's secrets were made anew. */
    void onRenewed(Runnable then) {
        renewed = then;
    }

    /** The secret that callers of the home's user show as bearer token: the file's first word. */
    public String token() {
        return readText("token").split("\\s", 2)[0];
    }

    /**
     * Makes the recovery key of a project that is founded here, if it is not there yet, and leaves
     * its seed in {@code recovery.key}, for the user to move to a safe place off this machine.
     */
    public Ed25519Signer foundRecoveryKey() {
        try {
            makeKey(folder.resolve("recovery.key"));
        } catch (IOException e) {
            throw new HomeException("the recovery key cannot be written: " + e.getMessage(), e);
        }
        return new Ed25519Signer(seed("recovery.key"));
    }

    /** The port this home had last. */
    public OptionalInt lastPort() {
        Path file = folder.resolve("port");
        if (!Files.exists(file)) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Integer.parseInt(readText("port")));
        } catch (NumberFormatException e) {
            throw new HomeException(file + " does not hold a port: delete it");
        }
    }

    /** Remembers where it listens, for commands ({@code run.json}) and for the next start. */
    public void announce(String http, int port, @Nullable Fingerprint certificate) {
        try {
            AtomicFile.write(
                    folder.resolve("port"), (port + "\n").getBytes(StandardCharsets.US_ASCII));
            new RunFile(ProcessHandle.current().pid(), http, certificate).write(folder);
        } catch (IOException e) {
            throw new HomeException("run.json cannot be written in " + folder, e);
        }
    }

    /** Takes {@code run.json} away and gives the home free. */
    @Override
    public void close() {
        try {
            RunFile.delete(folder);
        } catch (IOException e) {
            throw new HomeException("run.json cannot be deleted in " + folder, e);
        } finally {
            closeQuietly(lockFile);
        }
    }

    private static void lock(Path folder, FileChannel lockFile) throws IOException {
        FileLock lock;
        try {
            lock = lockFile.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            String who = RunFile.read(folder).map(run -> " (process " + run.pid() + ")").orElse("");
            throw new HomeException(
                    "the home "
                            + folder
                            + " is in use by another process"
                            + who
                            + ": end it with `musher down`, or use another --home");
        }
    }

    private static void makeToken(Path token) throws IOException {
        if (!Files.exists(token)) {
            AtomicFile.writeSecret(
                    token, (freshToken() + "\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static String freshToken() {
        return Tokens.fresh(new SecureRandom());
    }

    private static void makeDevice(Path folder) throws IOException {
        Path key = folder.resolve(KEY);
        if (!Files.exists(key)) {
            // First, so that a key without it always says that there was a store.
            AtomicFile.write(
                    folder.resolve(UNUSED),
                    "belongs to no project yet\n".getBytes(StandardCharsets.US_ASCII));
            makeKey(key);
        }
    }

    private static void makeKey(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] seed = new byte[Ed25519Signer.SEED_BYTES];
            new SecureRandom().nextBytes(seed);
            String text = HexFormat.of().formatHex(seed);
            AtomicFile.writeSecret(file, (text + "\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    private byte[] seed(String name) {
        byte[] seed;
        try {
            seed = HexFormat.of().parseHex(readText(name));
        } catch (IllegalArgumentException e) {
            throw new HomeException(
                    folder.resolve(name) + " does not hold a key: restore a backup");
        }
        if (seed.length != Ed25519Signer.SEED_BYTES) {
            throw new HomeException(folder.resolve(name) + " is cut off: restore a backup");
        }
        return seed;
    }

    private String readText(String name) {
        try {
            return Files.readString(folder.resolve(name), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new HomeException(folder.resolve(name) + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new HomeException("the lock of a home cannot be given free: " + e, e);
        }
    }
}
