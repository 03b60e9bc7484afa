/**
 * Planted bugs: the production classes with one method changed as they are loaded, to see whether
 * the simulator notices. The product itself holds no trace of them.
 */
@NullMarked
package dev.musher.ops.mutants;

import org.jspecify.annotations.NullMarked;
