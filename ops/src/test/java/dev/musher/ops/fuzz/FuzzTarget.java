package dev.musher.ops.fuzz;

import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Sha256;
import dev.musher.node.tls.TlsException;
import dev.musher.node.tls.TlsIdentity;
import dev.musher.ops.cli.ExportFile;
import dev.musher.ops.cli.Failure;
import dev.musher.ops.imports.Beads;
import dev.musher.ops.imports.Markdown;
import dev.musher.ops.imports.NdjsonItems;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.codec.SignedCodec;
import dev.musher.protocol.json.CommandReader;
import dev.musher.protocol.json.Verb;
import dev.musher.protocol.sync.Fingerprint;
import dev.musher.protocol.sync.Invite;
import dev.musher.protocol.sync.PeerAddress;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** What is fuzzed. Each may be run on one thread at a time. */
enum FuzzTarget {

    /** Frames of a stranger to a whole replica: hello, proof, and whatever else. */
    FRAME(bytes -> StrangerLink.take(bytes)),

    /** Frames of a member, after its handshake, to a whole replica. */
    LINK(bytes -> MemberLink.take(bytes)),

    /** A run of changes as it stands in frames and on disk; read back it is the same bytes. */
    RUN(bytes -> {
        List<Signed> run = SignedCodec.readRun(new CborReader(bytes));
        CborWriter out = new CborWriter();
        SignedCodec.writeRun(out, run);
        byte[] again = out.toBytes();
        require(Arrays.equals(again, Arrays.copyOf(bytes, again.length)), "another encoding");
    }),

    /** Actor and ops of a change, checkpoints among them, under a header that is true of them. */
    BODY_OF_CHANGE(bytes -> ChangeCodec.read(Bodies.underHeader(bytes))),

    /** The header of a change. */
    HEADER(bytes -> ChangeCodec.readHeader(new CborReader(bytes))),

    /** An invite's text. */
    INVITE(bytes -> reread(Invite.parse(text(bytes)))),

    /** What is inside an invite, under a check that is true of it. */
    INVITE_INSIDE(bytes -> {
        byte[] whole = Arrays.copyOf(bytes, bytes.length + 4);
        System.arraycopy(Sha256.of(bytes), 0, whole, bytes.length, 4);
        String inside = Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
        reread(Invite.parse("musher-invite-" + inside));
    }),

    /** The fingerprint of a certificate. */
    FINGERPRINT(bytes -> {
        Fingerprint read = Fingerprint.parse(text(bytes));
        require(Fingerprint.parse(read.hex()).equals(read), "another fingerprint");
    }),

    /** An address, as peers tell it and as people write it. */
    ADDRESS(bytes -> {
        PeerAddress told = PeerAddress.parse(text(bytes));
        require(told == null || told.equals(PeerAddress.parse(told.toString())), "another address");
        PeerAddress given = PeerAddress.given(text(bytes));
        require(given == null || given.secure() || given.loopback(), "plain to another machine");
    }),

    /** Key and certificate. */
    PEM(bytes -> TlsIdentity.read(text(bytes), text(bytes))),

    /** The body of an HTTP request; its first byte chooses the command. */
    HTTP_BODY(bytes -> {
        Verb verb = Verb.values()[bytes.length == 0 ? 0 : (bytes[0] & 0xff) % Verb.values().length];
        CommandReader.body(
                verb, "1", bytes.length == 0 ? bytes : Arrays.copyOfRange(bytes, 1, bytes.length));
    }),

    /** One line of a batch. */
    HTTP_LINE(bytes -> CommandReader.line(bytes)),

    /** An export of signed changes, to be restored and to be verified. */
    IMPORT_EXPORT(bytes -> {
        String text = text(bytes);
        ExportFile.found(new StringReader(text)).forEachRemaining(found -> {});
        try {
            ExportFile.changes(Path.of("export"), new StringReader(text))
                    .forEachRemaining(change -> {});
        } catch (Failure e) {
            throw new Malformed(String.valueOf(e.getMessage()));
        }
    }),

    /** An import of items, one a line. */
    IMPORT_NDJSON(bytes -> inFile(bytes, "items.ndjson", file -> NdjsonItems.read(file))),

    /** An import of a beads export. */
    IMPORT_BEADS(bytes ->
            inFile(
                    bytes,
                    "issues.jsonl",
                    file -> {
                        if (Beads.matches(file)) {
                            Beads.read(file);
                        }
                    })),

    /** An import of a markdown file. */
    IMPORT_MARKDOWN(bytes -> inFile(bytes, "1_backlog.md", file -> Markdown.read(folder(file))));

    /** What a decoder may take, ms. */
    static final long LIMIT_MS = 50;

    private final Decoder decoder;

    FuzzTarget(Decoder decoder) {
        this.decoder = decoder;
    }

    private interface Decoder {
        void decode(byte[] bytes) throws IOException;
    }

    private interface Reader {
        void read(Path file) throws IOException;
    }

    /** As it is named on the command line and in the folder of its seeds. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Decodes; returns where the bytes were taken or refused as declared.
     *
     * @return whether they were taken
     * @throws RuntimeException whatever else a decoder does: a finding
     */
    boolean takes(byte[] bytes) {
        try {
            decoder.decode(bytes);
            return true;
        } catch (Malformed | TlsException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("a file of this target cannot be written or read", e);
        }
    }

    private static void reread(Invite invite) {
        Invite again = Invite.parse(invite.text());
        require(again.text().equals(invite.text()), "another invite");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void inFile(byte[] bytes, String name, Reader reader) throws IOException {
        Path file = Scratch.folder(name).resolve(name);
        Files.write(file, bytes);
        reader.read(file);
    }

    private static Path folder(Path file) {
        return file.toAbsolutePath().getParent();
    }
}
