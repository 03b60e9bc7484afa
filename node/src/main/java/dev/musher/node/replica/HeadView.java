package dev.musher.node.replica;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;

/** The last durable change of one branch. */
public record HeadView(DeviceId device, long epoch, long seq, ChangeId id) {}
