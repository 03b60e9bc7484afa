/**
 * The project as a pure function of its changes: the fold, its digest, and what each change alters.
 */
@NullMarked
package dev.musher.crdt;

import org.jspecify.annotations.NullMarked;
