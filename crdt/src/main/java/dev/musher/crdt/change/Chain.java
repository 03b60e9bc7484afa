package dev.musher.crdt.change;

/**
 * What one device writes in a line: it opens a fresh epoch, and so a fresh chain, where it cannot
 * know how its last one ended. Ordered by device, then epoch as eight bytes.
 *
 * @param epoch 8 random bytes; their order means nothing
 */
public record Chain(DeviceId device, long epoch) implements Comparable<Chain> {

    @Override
    public int compareTo(Chain o) {
        int r = device.compareTo(o.device);
        return r != 0 ? r : Long.compareUnsigned(epoch, o.epoch);
    }
}
