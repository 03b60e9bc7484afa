package dev.musher.ops.mutants;

import java.util.List;

/**
 * How much of one source file was reached.
 *
 * @param packageName without {@code dev.musher.}
 * @param name of the file
 * @param lines that hold code
 * @param reached of those, in whole or in part
 * @param never lines that hold code and were never reached: {@code 7} or {@code 7-9}
 */
public record FileReach(
        String packageName, String name, int lines, int reached, List<String> never) {

    /** Copies the list. */
    public FileReach {
        never = List.copyOf(never);
    }
}
