package dev.musher.ops.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the git repository that a folder is in, without starting git. */
final class Repository {

    private Repository() {}

    /**
     * The top folder of the repository; of a linked worktree, the one it belongs to, so that all
     * worktrees of a repository share one home.
     */
    static Optional<Path> of(Path folder) {
        for (Path p = folder.toAbsolutePath().normalize(); p != null; p = p.getParent()) {
            Path git = p.resolve(".git");
            if (Files.isDirectory(git)) {
                return Optional.of(p);
            }
            if (Files.isRegularFile(git)) {
                return Optional.of(main(git).orElse(p));
            }
        }
        return Optional.empty();
    }

    private static Optional<Path> main(Path gitFile) {
        try {
            String text = Files.readString(gitFile).strip();
            int at = text.indexOf("/.git/worktrees/");
            return text.startsWith("gitdir: ") && at > 0
                    ? Optional.of(
                            gitFile.resolveSibling(text.substring("gitdir: ".length(), at))
                                    .normalize())
                    : Optional.empty();
        } catch (IOException e) {
            throw new Failure(Failure.FAILED, gitFile + " cannot be read: " + e.getMessage(), e);
        }
    }
}
