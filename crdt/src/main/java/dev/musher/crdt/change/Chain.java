package dev.musher.crdt.change;

/**
 * What one device writes in a line: it opens a fresh epoch, and so a fresh chain, where it cannot
 * know how its last one ended.
 *
 * @param epoch 8 random bytes; their order means nothing
 */
public record Chain(DeviceId device, long epoch) {}
