/** The {@code musher} command. */
@NullMarked
package dev.musher.ops.cli;

import org.jspecify.annotations.NullMarked;
