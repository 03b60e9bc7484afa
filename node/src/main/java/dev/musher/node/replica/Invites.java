package dev.musher.node.replica;

import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Role;
import dev.musher.node.store.Batch;
import dev.musher.node.store.Reader;
import dev.musher.node.store.Table;
import dev.musher.protocol.sync.Invite;
import dev.musher.protocol.sync.Redemption;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Invites made here: each makes one device a member, within 24 hours, at this node alone. A
 * redeemed invite is written in the batch of the add, so that it cannot be used twice, not even by
 * a crash in between; the device that redeemed it may show it again (its socket may have closed
 * before it heard), which adds nobody.
 *
 * <p>Core thread only.
 */
final class Invites {

    /** How long an invite can be redeemed, ms. */
    static final long LIFE_MS = 24 * 3_600_000L;

    /** Invites open at one time. */
    static final int OPEN_MAX = 1_000;

    private static final int LABEL_BYTES = 1_024;

    /** One invite; {@code usedBy} is null while it is open. */
    record Open(byte[] secret, Terms terms, long expiresMs, @Nullable DeviceId usedBy) {}

    /**
     * What the new device gets.
     *
     * @param keyExpiresMs clock from which on its key is revoked, ms since 1970; null for never
     */
    record Terms(Role role, String label, @Nullable Long keyExpiresMs) {}

    private final SortedMap<Long, Open> invites = new TreeMap<>();

    Invites(Reader store) {
        store.scan(
                Table.INDEX,
                IndexKeys.firstInvite(),
                IndexKeys.afterInvites(),
                (key, value) -> {
                    invites.put(IndexKeys.number(key), read(new CborReader(value)));
                    return true;
                });
    }

    /** Makes an invite and gives its secret; null at the bound. */
    byte @Nullable [] make(Terms terms, long wallMs, RandomGenerator random, Batch batch) {
        forget(invite -> wallMs >= invite.expiresMs(), batch);
        if (invites.size() >= OPEN_MAX) {
            return null;
        }
        byte[] secret = new byte[Invite.SECRET_BYTES];
        random.nextBytes(secret);
        put(Invite.number(secret), new Open(secret, terms, wallMs + LIFE_MS, null), batch);
        return secret;
    }

    /** The invite that a newcomer proved to hold, if it is good for that device; else null. */
    @Nullable Open find(Redemption redemption, long wallMs) {
        Open invite = invites.get(redemption.invite());
        if (invite == null
                || wallMs >= invite.expiresMs()
                || !redemption.provedBy(invite.secret())) {
            return null;
        }
        DeviceId usedBy = invite.usedBy();
        return usedBy == null || usedBy.equals(redemption.device()) ? invite : null;
    }

    /** Uses an invite up, in the batch of the add. */
    void redeem(Redemption redemption, Batch batch) {
        Open open = invites.get(redemption.invite());
        if (open == null) {
            throw new IllegalStateException("an invite is found before it is redeemed");
        }
        Open used = new Open(open.secret(), open.terms(), open.expiresMs(), redemption.device());
        put(redemption.invite(), used, batch);
    }

    /** Takes back all that nobody has used. */
    void withdraw(Batch batch) {
        forget(invite -> invite.usedBy() == null, batch);
    }

    private void put(long number, Open invite, Batch batch) {
        invites.put(number, invite);
        DeviceId usedBy = invite.usedBy();
        CborWriter out = new CborWriter();
        Long ends = invite.terms().keyExpiresMs();
        out.array(ends == null ? 5 : 6).bytes(invite.secret());
        out.integer(invite.terms().role().ordinal());
        out.text(invite.terms().label()).integer(invite.expiresMs());
        out.bytes(usedBy == null ? new byte[0] : usedBy.bytes());
        if (ends != null) {
            out.integer(ends);
        }
        batch.put(Table.INDEX, IndexKeys.invite(number), out.toBytes());
    }

    private static Open read(CborReader in) {
        int parts = in.array("invite", 5, 6);
        byte[] secret = in.bytes("secret", Invite.SECRET_BYTES, Invite.SECRET_BYTES);
        Role role = Role.values()[(int) in.integer("role", 0, Role.values().length - 1)];
        String label = in.text("label", LABEL_BYTES);
        long expires = in.integer("expires", 0, Long.MAX_VALUE);
        byte[] usedBy = in.bytes("device", 0, DeviceId.LENGTH);
        Long ends = parts == 6 ? in.integer("key expires", 0, Long.MAX_VALUE) : null;
        return new Open(
                secret,
                new Terms(role, label, ends),
                expires,
                usedBy.length == 0 ? null : DeviceId.of(usedBy));
    }

    private void forget(Predicate<Open> which, Batch batch) {
        List<Long> old = new ArrayList<>();
        invites.forEach((number, invite) -> {
            if (which.test(invite)) {
                old.add(number);
            }
        });
        for (long number : old) {
            invites.remove(number);
            batch.delete(Table.INDEX, IndexKeys.invite(number));
        }
    }
}
