/**
 * A hostile peer: it speaks the protocol over real sockets to a real node process, as a stranger or
 * as a member gone bad, and measures what that costs the node and an honest peer beside it. Written
 * from the protocol's page, frame by frame, with none of the node's own session code.
 */
@NullMarked
package dev.musher.ops.attack;

import org.jspecify.annotations.NullMarked;
