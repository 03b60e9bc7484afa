package dev.musher.crdt.change;

/**
 * The last known change of one branch of a chain.
 *
 * @param seq its place in the chain, 1..
 */
public record Head(DeviceId device, long epoch, long seq, ChangeId id) implements Comparable<Head> {

    /** By device, epoch (as unsigned), seq and id: the order in which heads travel. */
    @Override
    public int compareTo(Head o) {
        int r = device.compareTo(o.device);
        r = r != 0 ? r : Long.compareUnsigned(epoch, o.epoch);
        r = r != 0 ? r : Long.compare(seq, o.seq);
        return r != 0 ? r : id.compareTo(o.id);
    }
}
