package dev.musher.node.replica;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import org.jspecify.annotations.Nullable;

/**
 * The cut that revoked a device; of several the first that its most senior author wrote.
 *
 * @param by its author
 * @param byName what people call that device
 * @param bySeniority its place in seniority, 0 for the recovery key
 * @param byWhom the user, agent or part of the system that acted there
 * @param change that holds it
 * @param wallMs its author's clock, ms since 1970
 * @param replacedBy the key that this change put in the place of the one it ends; null where it
 *     only ends one
 */
public record CutView(
        DeviceId by,
        String byName,
        int bySeniority,
        String byWhom,
        ChangeId change,
        long wallMs,
        @Nullable DeviceId replacedBy) {}
