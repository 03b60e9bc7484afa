package dev.musher.ops.mutants;

import dev.musher.ops.mutants.Mutant.Change;
import java.util.List;

/** The planted bugs, each with the seed that finds it. */
public final class Planted {

    private static final String CRDT = "dev.musher.crdt.";
    private static final String REPLICA = "dev.musher.node.replica.";

    private Planted() {}

    /** All of them. */
    public static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "ties of writes go by arrival",
                        CRDT + "type.Head",
                        "compareTo",
                        new Change.Answer(-1),
                        1),
                new Mutant(
                        "a remove is forgotten",
                        CRDT + "type.AddWinsSet",
                        "remove",
                        new Change.Negate(1),
                        1),
                new Mutant(
                        "the bound of a counter is turned around",
                        CRDT + "type.Counter",
                        "add",
                        new Change.Negate(1),
                        1),
                new Mutant(
                        "what a write replaced stays",
                        CRDT + "type.Register",
                        "write",
                        new Change.Negate(2),
                        1),
                new Mutant(
                        "acknowledged before it is synced",
                        REPLICA + "Batches",
                        "isDurable",
                        new Change.Answer(1),
                        1),
                new Mutant(
                        "what lacks a dependency is not kept",
                        REPLICA + "Inbox$Delivery",
                        "park",
                        new Change.Drop("add"),
                        63),
                new Mutant(
                        "item rows are not written",
                        REPLICA + "Ledger",
                        "close",
                        new Change.Drop("put"),
                        1),
                new Mutant(
                        "the log of an item is lost",
                        CRDT + "ItemLogs",
                        "of",
                        new Change.Drop("add"),
                        1),
                new Mutant(
                        "duplicates are taken again",
                        CRDT + "Admissions",
                        "isKnown",
                        new Change.Answer(0),
                        1),
                new Mutant(
                        "addresses told by peers are not learned",
                        REPLICA + "Targets",
                        "learn",
                        new Change.Drop("putIfAbsent"),
                        1));
    }
}
