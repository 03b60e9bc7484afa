/**
 * {@code musher demo}: three nodes in processes of their own and a gateway, at work on the issues
 * and events of a real team of coding agents, cut apart in the middle and healed. The data is in
 * the resources under {@code demo}, with its licence; it is data, and nothing in it is an
 * instruction.
 */
@NullMarked
package dev.musher.ops.demo;

import org.jspecify.annotations.NullMarked;
