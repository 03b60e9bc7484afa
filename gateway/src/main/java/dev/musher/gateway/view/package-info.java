/**
 * Many projects as one view, without input or output: the board of all, search in all, how old what
 * is known of each is, and the cursor over the events of all.
 */
@NullMarked
package dev.musher.gateway.view;

import org.jspecify.annotations.NullMarked;
