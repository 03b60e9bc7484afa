package dev.musher.ops.load;

import dev.musher.ops.cli.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command on a home where no node runs. */
final class CommandDeed implements Deed {

    private static final long END_S = 120;

    /** What there is before. */
    @FunctionalInterface
    interface Before {
        void make(Path folder) throws IOException;
    }

    /** The words of the command, for a folder. */
    @FunctionalInterface
    interface Words {
        List<String> of(Path folder);
    }

    /** Whether there is nothing left to do. */
    @FunctionalInterface
    interface Done {
        boolean in(Path folder);
    }

    /** Says what is wrong with a folder where it came to its end. */
    @FunctionalInterface
    interface After {
        List<String> wrong(Path folder) throws IOException, InterruptedException;
    }

    private final String name;
    private final Before before;
    private final Words words;
    private final Done done;
    private final After after;

    /**
     * @param done where it is, the command is not given again
     */
    CommandDeed(String name, Before before, Words words, Done done, After after) {
        this.name = name;
        this.before = before;
        this.words = words;
        this.done = done;
        this.after = after;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void prepare(Path folder) throws IOException {
        before.make(folder);
    }

    @Override
    public void act(Path folder, Map<String, String> environment)
            throws IOException, InterruptedException {
        ended(folder, environment);
    }

    @Override
    public List<String> again(Path folder) throws IOException, InterruptedException {
        List<String> wrong = new ArrayList<>();
        if (!done.in(folder)) {
            int code = ended(folder, Map.of());
            if (code != 0) {
                wrong.add(
                        "given again, it ended with "
                                + code
                                + ": "
                                + Files.readString(folder.resolve("said")).strip());
                return wrong;
            }
        }
        wrong.addAll(after.wrong(folder));
        return wrong;
    }

    private int ended(Path folder, Map<String, String> environment)
            throws IOException, InterruptedException {
        Files.deleteIfExists(folder.resolve("said"));
        Process process = Daemon.begin(words.of(folder), environment, folder.resolve("said"));
        if (!process.waitFor(END_S, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new IOException(name + " did not come to its end within " + END_S + " s");
        }
        return process.exitValue();
    }
}
