/**
 * The store: an ordered key-value store of a few tables, written by batches that are on disk when a
 * commit returns. What the rows mean is decided elsewhere.
 *
 * <p>{@link dev.musher.node.store.Store} is the port. {@link dev.musher.node.store.RocksStore}
 * keeps the rows in RocksDB; {@link dev.musher.node.store.ModelStore} is its pure model for the
 * simulator, whose unsynced batches can be lost or torn. One contract test runs on both.
 *
 * <p>What RocksDB does by default is not enough, and this package is where that is mended:
 *
 * <ul>
 *   <li>recovery is absolute first, then by a torn tail that is reported, never to a point in time
 *       ({@code Recovery}); a witness of the last acknowledged write stands beside the database, so
 *       that a log which ends early without an error is noticed too ({@code Witness});
 *   <li>the status of every iterator is checked, because a damaged block ends a scan early without
 *       an error;
 *   <li>no write waits inside native code: room is checked before a write, and a reserve file is
 *       freed when the disk is full, so that RocksDB can finish what it began ({@code Reserve});
 *   <li>one owner closes handles, database and options in that order, and no call can reach the
 *       database after that ({@code Lease}): a read after close would end the process;
 *   <li>the native library is unpacked to one fixed folder ({@code NativeLibrary}).
 * </ul>
 */
@NullMarked
package dev.musher.node.store;

import org.jspecify.annotations.NullMarked;
