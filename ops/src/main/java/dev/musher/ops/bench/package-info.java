/** Measurements: each figure beside the limit of the machine, taken in the same run. */
@NullMarked
package dev.musher.ops.bench;

import org.jspecify.annotations.NullMarked;
