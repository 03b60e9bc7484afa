package dev.musher.ops.mutants;

import dev.musher.ops.sim.Simulation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * One planted bug at work: the simulator and all it runs, loaded once more with the bug in it. Not
 * thread safe; several can run side by side.
 */
public final class PlantedBug {

    /**
     * Whether a bug was found.
     *
     * @param found whether some seed found it
     * @param seed the last that was tried
     * @param tried seeds
     * @param how what fired, or empty
     */
    public record Search(boolean found, long seed, long tried, String how) {}

    private final Mutant mutant;
    private final Mutation mutation;
    private final Method run;

    /**
     * Plants a bug.
     *
     * @throws IllegalStateException where the class or the code that it changes is no longer there
     */
    public PlantedBug(Mutant mutant) {
        this.mutant = mutant;
        this.mutation = new Mutation(mutant);
        AlteredLoader loader =
                new AlteredLoader(PlantedBug.class.getClassLoader(), mutation::apply);
        try {
            loader.loadClass(mutant.type());
            run =
                    loader.loadClass(Simulation.class.getName())
                            .getMethod("run", long.class, String.class);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot plant: " + mutant, e);
        }
        if (!mutation.applied()) {
            throw new IllegalStateException("there is nothing to change for: " + mutant);
        }
    }

    /** Looks for it by schedules from a seed on, so many at most. */
    public Search search(long from, long most) {
        for (long seed = from; seed < from + most; seed++) {
            String how = run(seed);
            if (!how.isEmpty()) {
                return new Search(true, seed, seed - from + 1, how);
            }
        }
        return new Search(false, from + most - 1, most, "");
    }

    /** Runs one schedule; what told that something is wrong, or empty. */
    private String run(long seed) {
        try {
            run.invoke(null, seed, mutant.adversity());
            return "";
        } catch (InvocationTargetException e) {
            // A violated invariant, or a defect that the code itself noticed: found either way.
            Throwable cause = e.getTargetException();
            return cause.getClass().getSimpleName() + ": " + cause.getMessage();
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("cannot run: " + mutant, e);
        }
    }
}
