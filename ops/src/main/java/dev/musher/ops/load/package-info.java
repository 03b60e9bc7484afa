/** Load on real node processes, and what must hold of them when they are killed under it. */
@NullMarked
package dev.musher.ops.load;

import org.jspecify.annotations.NullMarked;
