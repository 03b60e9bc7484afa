package dev.musher.ops.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A process that starts one node to end with it and one to outlive it, and waits to be killed. */
final class Parent {

    private Parent() {}

    /** {@code FOLDER}: the nodes' homes are in it. Prints the numbers of both processes. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        long bound = start(folder, "bound", false);
        long free = start(folder, "free", true);
        System.out.println(bound + " " + free);
        new CountDownLatch(1).await();
    }

    private static long start(Path folder, String name, boolean detached) throws Exception {
        return Daemon.start(
                        List.of(
                                "node",
                                "--home",
                                folder.resolve(name).toString(),
                                "--http",
                                "127.0.0.1:0"),
                        folder.resolve(name + ".err"),
                        detached)
                .process()
                .pid();
    }
}
