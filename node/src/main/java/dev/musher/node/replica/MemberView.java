package dev.musher.node.replica;

import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Role;
import org.jspecify.annotations.Nullable;

/**
 * One device of the project as it stands.
 *
 * @param seniority 0 is the most senior
 * @param cut the cut that revoked it; null where none did
 * @param addedBy who made it a member; null for the two of the genesis
 * @param expiresMs clock from which on an owner's node revokes it, ms since 1970; null for never
 * @param lastWallMs wall clock of its last change, ms since 1970, or null when it wrote none
 * @param aheadMs how far that clock was ahead of this node's when it arrived; 0 up to 5 minutes,
 *     and for what arrived before the last start
 */
public record MemberView(
        DeviceId device,
        Role role,
        String label,
        int seniority,
        @Nullable CutView cut,
        @Nullable DeviceId addedBy,
        @Nullable Long expiresMs,
        @Nullable Long lastWallMs,
        long aheadMs) {}
