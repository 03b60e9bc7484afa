package dev.musher.ops.mutants;

import dev.musher.ops.sim.Adversity;

/**
 * One planted bug.
 *
 * @param name what it is, for people
 * @param type binary name of the class that is changed
 * @param method name of its method; all overloads are changed
 * @param change what is done to the method's code
 * @param seed a schedule that finds it
 * @param adversity name of the kind of adversity that the schedules have, or empty for what the
 *     seed draws
 */
public record Mutant(
        String name, String type, String method, Change change, long seed, String adversity) {

    /** One that schedules find with the adversity they draw. */
    public Mutant(String name, String type, String method, Change change, long seed) {
        this(name, type, method, change, seed, "");
    }

    /** The same, looked for in schedules with adversity of a kind. */
    public Mutant against(Adversity.Kind kind) {
        return new Mutant(name, type, method, change, seed, kind.name());
    }

    /** A change of a method's code. */
    public sealed interface Change {

        /** The method does nothing but return this: 0, false and null, or 1 and true. */
        record Answer(int value) implements Change {}

        /** The n-th conditional jump, from 0, goes the other way. */
        record Negate(int nth) implements Change {}

        /** The n-th conditional jump, from 0, is never made. */
        record Stay(int nth) implements Change {}

        /**
         * Calls of a method with this name are left out; what they would give is 0, false or null.
         */
        record Drop(String call) implements Change {}

        /** Calls of a method go to another one of the same class and type. */
        record Swap(String call, String instead) implements Change {}

        /**
         * What the method answers goes through a method of {@link Bugs}, which may take, after the
         * answer, the object and as many of the method's arguments as it likes.
         */
        record Alter(String by) implements Change {}

        /** So does one of its arguments, from 0, when it begins. */
        record Given(int argument, String by) implements Change {}
    }
}
