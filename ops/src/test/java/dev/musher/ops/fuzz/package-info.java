/**
 * Every decoder of what comes from elsewhere, as a target of Jazzer: bytes in, a value or one of
 * the declared errors out, within 50 ms. {@code SeedsTest} runs the kept seeds and a slice of
 * mutants of them in every build; {@code musher test --fuzz} goes on from them, guided by coverage,
 * for as long as it is told.
 */
@NullMarked
package dev.musher.ops.fuzz;

import org.jspecify.annotations.NullMarked;
