package dev.musher.node.replica;

import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.Sha256;
import dev.musher.node.store.Batch;
import dev.musher.node.store.Reader;
import dev.musher.node.store.Table;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Invites made here: each makes one device a member, within 24 hours, at this node alone. The secret
 * itself is not kept, only its hash. A redeemed invite is written in the batch of the add, so that it
 * cannot be used twice, not even by a crash in between; the device that redeemed it may show it again
 * (its socket may have closed before it heard), which adds nobody.
 *
 * <p>Core thread only.
 */
final class Invites {

    /** How long an invite can be redeemed, ms. */
    static final long LIFE_MS = 24 * 3_600_000L;

    /** Invites open at one time. */
    static final int OPEN_MAX = 1_000;

    /** One invite; {@code usedBy} is null while it is open. */
    record Invite(Role role, String label, long expiresMs, @Nullable DeviceId usedBy) {}

    private final SortedMap<String, Invite> invites = new TreeMap<>();

    Invites(Reader store) {
        store.scan(
                Table.INDEX,
                IndexKeys.firstInvite(),
                IndexKeys.afterInvites(),
                (key, value) -> {
                    invites.put(
                            HexFormat.of().formatHex(key, 1, key.length),
                            read(new CborReader(value)));
                    return true;
                });
    }

    /** Makes an invite and gives its secret; null at the bound. */
    byte @Nullable [] make(
            Role role, String label, long nowMs, RandomGenerator random, Batch batch) {
        forgetOld(nowMs, batch);
        if (invites.size() >= OPEN_MAX) {
            return null;
        }
        byte[] secret = new byte[JoinLink.SECRET_BYTES];
        random.nextBytes(secret);
        put(hash(secret), new Invite(role, label, nowMs + LIFE_MS, null), batch);
        return secret;
    }

    /** The invite with this secret, if it can make {@code device} a member or has done so. */
    @Nullable Invite find(byte[] secret, DeviceId device, long nowMs) {
        Invite invite = invites.get(HexFormat.of().formatHex(hash(secret)));
        if (invite == null || nowMs >= invite.expiresMs()) {
            return null;
        }
        return invite.usedBy() == null || invite.usedBy().equals(device) ? invite : null;
    }

    /** Uses an invite up, in the batch of the add. */
    void redeem(byte[] secret, DeviceId device, Batch batch) {
        byte[] hash = hash(secret);
        Invite open = invites.get(HexFormat.of().formatHex(hash));
        if (open == null) {
            throw new IllegalStateException("an invite is found before it is redeemed");
        }
        put(hash, new Invite(open.role(), open.label(), open.expiresMs(), device), batch);
    }

    private void put(byte[] hash, Invite invite, Batch batch) {
        invites.put(HexFormat.of().formatHex(hash), invite);
        CborWriter out = new CborWriter();
        out.array(4).integer(invite.role().ordinal()).text(invite.label());
        out.integer(invite.expiresMs());
        DeviceId usedBy = invite.usedBy();
        out.bytes(usedBy == null ? new byte[0] : usedBy.bytes());
        batch.put(Table.INDEX, IndexKeys.invite(hash), out.toBytes());
    }

    private static Invite read(CborReader in) {
        in.array("invite", 4, 4);
        Role role = Role.values()[(int) in.integer("role", 0, Role.values().length - 1)];
        String label = in.text("label", 4096);
        long expires = in.integer("expires", 0, Long.MAX_VALUE);
        byte[] usedBy = in.bytes("device", 0, DeviceId.LENGTH);
        return new Invite(role, label, expires, usedBy.length == 0 ? null : DeviceId.of(usedBy));
    }

    private void forgetOld(long nowMs, Batch batch) {
        Iterator<SortedMap.Entry<String, Invite>> all = invites.entrySet().iterator();
        while (all.hasNext()) {
            SortedMap.Entry<String, Invite> each = all.next();
            if (nowMs >= each.getValue().expiresMs()) {
                batch.delete(
                        Table.INDEX, IndexKeys.invite(HexFormat.of().parseHex(each.getKey())));
                all.remove();
            }
        }
    }

    private static byte[] hash(byte[] secret) {
        return Arrays.copyOf(Sha256.of(secret), 16);
    }
}
