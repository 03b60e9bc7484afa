/**
 * The production classes altered as they are loaded, beside the simulator that runs them: with a
 * bug planted in one method, to see whether the simulator notices, or with probes, to see which
 * lines it reaches. The product itself holds no trace of either.
 */
@NullMarked
package dev.musher.ops.mutants;

import org.jspecify.annotations.NullMarked;
