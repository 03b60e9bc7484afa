package dev.musher.node;

import dev.musher.crdt.change.Sha256;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/**
 * Where a home stands: machine and folder. A store that remembers another stamp was copied or
 * moved, so two may be running with one key; the device then goes on in a fresh epoch.
 */
final class Stamp {

    private static final List<Path> MACHINE_IDS =
            List.of(Path.of("/etc/machine-id"), Path.of("/var/lib/dbus/machine-id"));

    private Stamp() {}

    /**
     * Hash of the machine's id and the folder's real path: nothing of either can be read off it.
     */
    static String of(Path home) throws IOException {
        String text = machine() + "\n" + home.toRealPath();
        return HexFormat.of().formatHex(Sha256.of(text.getBytes(StandardCharsets.UTF_8)), 0, 16);
    }

    private static String machine() throws IOException {
        for (Path file : MACHINE_IDS) {
            if (Files.isReadable(file)) {
                String id = Files.readString(file, StandardCharsets.US_ASCII).strip();
                if (!id.isEmpty()) {
                    return id;
                }
            }
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // A machine without a name: the folder alone tells homes apart.
            return "";
        }
    }
}
