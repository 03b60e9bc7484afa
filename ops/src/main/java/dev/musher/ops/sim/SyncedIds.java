package dev.musher.ops.sim;

import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Signature;
import dev.musher.node.store.Batch;
import dev.musher.node.store.ModelStore;
import dev.musher.node.store.Table;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which changes a disk holds for sure, known without asking the node. */
final class SyncedIds {

    private static final int OUTLINE = 4;

    private final List<ChangeId> unsynced = new ArrayList<>();

    /** Asked often, never walked. */
    private final Set<ChangeId> synced = new HashSet<>();

    /** A batch was written and may still be lost. */
    void written(Batch batch) {
        batch.forEach(
                new Batch.Visitor() {
                    @Override
                    public void put(Table table, byte[] key, byte[] value) {
                        if (table == Table.CHANGES) {
                            unsynced.add(id(value));
                        }
                    }

                    @Override
                    public void delete(Table table, byte[] key) {
                        // A compaction may drop a body; no change is taken back.
                    }
                });
    }

    /** Everything written is safe. */
    void sync() {
        synced.addAll(unsynced);
        unsynced.clear();
    }

    /** After a crash: what the disk really holds. */
    void reread(ModelStore disk) {
        unsynced.clear();
        synced.clear();
        disk.scan(
                Table.CHANGES,
                new byte[0],
                null,
                (key, value) -> {
                    synced.add(id(value));
                    return true;
                });
    }

    boolean holds(ChangeId id) {
        return synced.contains(id);
    }

    int size() {
        return synced.size();
    }

    /** The first of {@code ids} that is not there. */
    @Nullable ChangeId lacking(Iterable<ChangeId> ids) {
        for (ChangeId id : ids) {
            if (!synced.contains(id)) {
                return id;
            }
        }
        return null;
    }

    /**
     * A row begins with a flag and perhaps a signature, and perhaps the length and bytes of what
     * leads to that, all the same where an outline follows; the id is the hash of the header.
     */
    private static ChangeId id(byte[] row) {
        int proof = row[0] & ~OUTLINE;
        int from = proof == 0 ? 1 : 1 + Signature.LENGTH;
        if (proof == 2) {
            from += Integer.BYTES + ByteBuffer.wrap(row).getInt(from);
        }
        CborReader in = new CborReader(row, from, row.length);
        ChangeCodec.readHeader(in);
        return ChangeId.hash(row, from, in.position());
    }
}
