package dev.musher.node.replica;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.node.store.Batch;
import dev.musher.node.store.Reader;
import dev.musher.node.store.Table;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.codec.SignedCodec;
import dev.musher.protocol.crypto.Signer;
import dev.musher.protocol.json.Outcome;
import dev.musher.protocol.sync.Invite;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The start of a replica over its ledger: which chain the device goes on in, whether a project is
 * founded or joined, and what of it must come to disk with the first batch. Core thread only.
 */
final class Beginning {

    private final Setup setup;
    private final Reader store;
    private final Ledger ledger;
    private final Batch rows;
    private final RandomGenerator random;
    private final byte[] stamp;
    private final DeviceId device;
    private boolean returned;

    Beginning(
            Setup setup,
            Reader store,
            byte[] storeId,
            DeviceId device,
            Ledger ledger,
            Batch rows,
            RandomGenerator random) {
        this.setup = setup;
        this.store = store;
        this.ledger = ledger;
        this.rows = rows;
        this.random = random;
        this.device = device;
        this.stamp =
                (setup.stamp() + ":" + HexFormat.of().formatHex(storeId))
                        .getBytes(StandardCharsets.UTF_8);
    }

    /** The device's chain: as before, or in a fresh epoch where the old one cannot be trusted. */
    LocalChain chain(Signer signer) {
        boolean fresh = isFreshEpochDue();
        long epoch = fresh ? random.nextLong() : storedEpoch();
        if (fresh) {
            returned = store.get(Table.META, MetaKeys.EPOCH) != null;
            rows.put(Table.META, MetaKeys.EPOCH, MetaKeys.number(epoch));
            rows.put(Table.META, MetaKeys.STAMP, stamp);
        }
        return new LocalChain(signer, epoch);
    }

    /** Whether the device had an epoch before the one that {@link #chain} began. */
    boolean returned() {
        return returned;
    }

    /** The latest clock in this device's changes, in whatever epoch. */
    long ownWallMs() {
        Dag dag = ledger.project().dag();
        long last = 0;
        for (int branch = 0; branch < dag.branches(); branch++) {
            if (dag.chain(branch).device().equals(device)) {
                last = Math.max(last, dag.wallMs(dag.head(branch)));
            }
        }
        return last;
    }

    /** Changes by which this device was added; none where it founded the project. */
    List<Signed> introduction() {
        byte[] run = store.get(Table.META, MetaKeys.INTRODUCTION);
        return run == null ? List.of() : SignedCodec.readRun(new CborReader(run));
    }

    /** The invite to redeem, or null: one that was begun, else, in an empty store, the setup's. */
    @Nullable Invite joining() {
        byte[] pending = store.get(Table.META, MetaKeys.JOIN);
        if (pending != null) {
            return Invite.parse(new String(pending, StandardCharsets.UTF_8));
        }
        return Replica.belongs(store) ? null : setup.join();
    }

    /** The project: of the store, or joined, or founded now. */
    ChangeId project(@Nullable Invite joining, LocalWriter writer, long wallMs) {
        byte[] known = store.get(Table.META, MetaKeys.PROJECT);
        if (known != null) {
            return ChangeId.of(known);
        }
        if (joining != null) {
            rows.put(Table.META, MetaKeys.JOIN, joining.text().getBytes(StandardCharsets.UTF_8));
            rows.put(Table.META, MetaKeys.PROJECT, joining.project().bytes());
            return joining.project();
        }
        ChangeId founded = found(writer, wallMs);
        rows.put(Table.META, MetaKeys.PROJECT, founded.bytes());
        return founded;
    }

    /** The addresses to dial: those of the setup, and those of an invite that is being redeemed. */
    List<String> addresses(@Nullable Invite joining) {
        List<String> out = new ArrayList<>(setup.peers());
        if (joining != null) {
            out.addAll(joining.addresses());
        }
        return out;
    }

    /** Says which rows could not be read; null where all could. Their new ones are written. */
    @Nullable Effect damage(long wallMs) {
        List<ItemKey> damaged = ledger.damaged();
        if (damaged.isEmpty()) {
            return null;
        }
        rows.put(Table.META, MetaKeys.PROBE, MetaKeys.number(wallMs));
        return new Effect.Alarm(
                "rows_damaged",
                "rows of items could not be read and were made again from their logs: "
                        + damaged.stream().map(ItemKey::shortId).toList());
    }

    private ChangeId found(LocalWriter writer, long wallMs) {
        Setup.Founding founding = setup.founding();
        if (founding == null) {
            throw new IllegalStateException("an empty store, and no project to found or to join");
        }
        Op genesis =
                new Op.Genesis(
                        founding.name(),
                        device,
                        founding.recovery(),
                        random.nextLong() & Long.MAX_VALUE,
                        setup.label().isBlank() ? "" : setup.label());
        Outcome.Refused refused =
                writer.writeOps(new Actor.SystemActor(setup.label()), List.of(genesis), wallMs);
        ChangeId id = ledger.project().id();
        if (refused != null || id == null) {
            throw new IllegalStateException("the project cannot be founded: " + refused);
        }
        return id;
    }

    private boolean isFreshEpochDue() {
        return store.get(Table.META, MetaKeys.EPOCH) == null
                || setup.loss() != null
                || !Arrays.equals(store.get(Table.META, MetaKeys.STAMP), stamp)
                || ledger.project().dag().branchesOf(new Chain(device, storedEpoch())).size() > 1;
    }

    private long storedEpoch() {
        byte[] epoch = store.get(Table.META, MetaKeys.EPOCH);
        if (epoch == null) {
            throw new IllegalStateException("the store lacks the epoch of its device");
        }
        return ByteBuffer.wrap(epoch).getLong();
    }
}
