/**
 * The HTTP interface of a node: items, board, history, events, members, peers, health and metrics.
 * {@code openapi.yaml} describes every route, and a test holds the two together.
 *
 * <p>Everything is reached through {@link dev.musher.node.http.Backend}, so the interface is tested
 * without a store. Reads that touch the disk run on worker threads; the event loop is never
 * blocked. What was read is what is on disk: a write is answered after its sync, and shown from
 * then on.
 */
@NullMarked
package dev.musher.node.http;

import org.jspecify.annotations.NullMarked;
