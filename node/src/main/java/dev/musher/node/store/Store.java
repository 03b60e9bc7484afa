package dev.musher.node.store;

/**
 * An ordered key-value store whose commits are atomic and durable.
 *
 * <p>Order: commits take effect in the order of the calls; one thread commits at a time ({@link
 * GroupCommit} is that thread in a node). Durability: when {@link #commit} returns, the batch
 * survives the death of the process and the loss of power. Readers see a batch at the earliest when
 * it is durable.
 */
public interface Store extends Reader, AutoCloseable {
    /**
     * Eight random bytes given when the store was made, and anew when it was restored: the first
     * half of an event cursor, so that a cursor of another store is told from one of this.
     */
    byte[] id();

    /**
     * Applies a batch whole and brings it to disk. An empty batch does nothing.
     *
     * @throws StoreFullException if there is no room: nothing of the batch was written, the store
     *     stays readable and takes writes again by itself when room is made
     * @throws StoreFailedException if the disk refused: whether the batch is there is unknown, not
     *     no. Every later commit is refused the same way; opening again tells
     * @throws StoreClosedException if the store is closed
     */
    void commit(Batch batch);

    /** How the store is, at this moment. Works on a closed store too. */
    StoreHealth health();

    /** Waits for the calls in flight, then closes. The second call does nothing. */
    @Override
    void close();
}
