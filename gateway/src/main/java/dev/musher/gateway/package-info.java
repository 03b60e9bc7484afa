/** The gateway: a reader of many projects that shows them as one view. */
@NullMarked
package dev.musher.gateway;

import org.jspecify.annotations.NullMarked;
