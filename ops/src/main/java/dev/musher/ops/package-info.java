/** Operating Musher: the command line, the simulator, load and benchmarks. */
@NullMarked
package dev.musher.ops;

import org.jspecify.annotations.NullMarked;
