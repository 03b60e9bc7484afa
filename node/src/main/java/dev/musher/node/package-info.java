/** One running node: its configuration, its main class and the driver that performs effects. */
@NullMarked
package dev.musher.node;

import org.jspecify.annotations.NullMarked;
