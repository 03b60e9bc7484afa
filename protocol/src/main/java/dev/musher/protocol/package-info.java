/** What two nodes say to each other; the packages below hold frames, signatures and sync. */
@NullMarked
package dev.musher.protocol;

import org.jspecify.annotations.NullMarked;
