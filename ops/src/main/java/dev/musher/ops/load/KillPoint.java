package dev.musher.ops.load;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A moment in a deed: just before a call that changes a file, or just after it.
 *
 * @param deed name of what is being done
 * @param call as {@link FaultShim#kill} names it
 * @param file pattern as of the shell, below the folder of the run
 * @param after whether the call is made first
 */
record KillPoint(String deed, String call, String file, boolean after) {

    /** What people call it. */
    String name() {
        return deed + ", " + (after ? "after " : "before ") + call + " of " + file;
    }

    /** How many of these calls are this point's. */
    int times(List<String> calls, String folder) {
        Pattern pattern = Pattern.compile(regex(call + " " + folder + "/" + file));
        return (int) calls.stream().filter(each -> pattern.matcher(each).matches()).count();
    }

    /** A star is anything, folders too, as the library's {@code fnmatch} takes it. */
    private static String regex(String shell) {
        StringBuilder out = new StringBuilder();
        for (String part : shell.split("(?=\\*)|(?<=\\*)", -1)) {
            out.append(part.equals("*") ? ".*" : Pattern.quote(part));
        }
        return out.toString();
    }
}
