/**
 * Checks a whole history offline: every hash, chain, signature, authorisation, fork and derived
 * row, by the rules that changes from a peer are taken in with. What is wrong is named by its
 * place, and the rest goes on, so that one damaged change does not hide another.
 *
 * <p>The rules are those of {@code protocol.codec} (proofs of authors) and {@code crdt} (admission
 * and fold); nothing here decides what is right.
 */
@NullMarked
package dev.musher.node.verify;

import org.jspecify.annotations.NullMarked;
