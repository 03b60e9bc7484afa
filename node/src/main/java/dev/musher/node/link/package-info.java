/**
 * Peer sockets in and out, over Vert.x: bytes and their bounds. What the bytes mean is the
 * replica's, whose opener looks at large frames here, beside the core thread; how a connection is
 * trusted is the session's.
 */
@NullMarked
package dev.musher.node.link;

import org.jspecify.annotations.NullMarked;
