/**
 * JSON as the node, the gateway and the command line share it: commands in, outcomes, views and
 * problems out. Strict streaming over jackson-core; nothing here binds objects by reflection, and
 * nothing does I/O.
 *
 * <p>What comes in is refused unless every member is known, typed and within bounds; the refusal
 * names the path. What goes out is written into one byte array that a server can keep and send
 * again.
 */
@NullMarked
package dev.musher.protocol.json;

import org.jspecify.annotations.NullMarked;
