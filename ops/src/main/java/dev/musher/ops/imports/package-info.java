/**
 * Foreign work items made ours: beads exports, NDJSON and folders of markdown are read into one
 * neutral form, which is then written through the HTTP interface like anybody's work. What cannot
 * be kept is counted by reason and named; nothing in a file is an instruction.
 */
@NullMarked
package dev.musher.ops.imports;

import org.jspecify.annotations.NullMarked;
