/**
 * Who may write what: the members of a project, their roles and seniority, cuts, settled forks,
 * adopted changes, the arbiter, and the claims it gave. Everything here is a pure function of a set
 * of changes; {@link dev.musher.crdt.access.Membership} says how it is resolved without going in
 * circles. The executable form of the rules is {@code crdt/src/test/model/model.py}.
 */
@NullMarked
package dev.musher.crdt.access;

import org.jspecify.annotations.NullMarked;
