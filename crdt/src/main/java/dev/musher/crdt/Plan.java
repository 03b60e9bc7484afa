package dev.musher.crdt;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Frontier;
import dev.musher.crdt.change.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an admitted change goes: found by {@link Project#check}, used by {@link Project#apply}.
 * Stays right while other changes are applied.
 *
 * @param parents places in its past that {@code prev} does not know
 * @param before the frontier of its past
 */
public record Plan(Change change, @Nullable Place prev, List<Place> parents, Frontier before) {}
