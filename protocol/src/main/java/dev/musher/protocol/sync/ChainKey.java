package dev.musher.protocol.sync;

/**
 * Names a chain on the wire: the first 8 bytes of its device, and its epoch. Two devices that share
 * both are told apart by the ids of their changes, which is where every comparison ends.
 *
 * @param device {@code DeviceId.prefix()}
 * @param epoch as in the header
 */
record ChainKey(long device, long epoch) implements Comparable<ChainKey> {

    static ChainKey of(ChainHead head) {
        return new ChainKey(head.device().prefix(), head.epoch());
    }

    @Override
    public int compareTo(ChainKey o) {
        int r = Long.compareUnsigned(device, o.device);
        return r != 0 ? r : Long.compareUnsigned(epoch, o.epoch);
    }
}
