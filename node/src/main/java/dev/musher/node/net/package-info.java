/**
 * Where callers come from, and how many of those that nobody knows are let in: the same rules for
 * peer sockets and for HTTP. Pure: time is told.
 */
@NullMarked
package dev.musher.node.net;

import org.jspecify.annotations.NullMarked;
