package dev.musher.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Actor;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a core thread ends, and what its callers hear then. */
class DriverTest {

    @TempDir Path folder;

    @Test
    void whoWaitsAtTheEndIsToldOfEachOfHisCommands() throws Exception {
        try (Node node = start()) {
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            Runnable hold =
                    () -> {
                        inside.countDown();
                        hold(go);
                    };
            node.driver().onPublish(hold);
            node.driver().offline(true);
            inside.await();
            CompletionStage<List<Outcome>> outcomes =
                    node.driver()
                            .submit(
                                    new Actor.User("ann"),
                                    Collections.nCopies(3, new Command.Note("1", "x")),
                                    null);
            try {
                // It waits for the core for some seconds, then gives up on it.
                node.driver().close();
                List<Outcome> told = outcomes.toCompletableFuture().get(10, TimeUnit.SECONDS);
                assertEquals(3, told.size());
                for (Outcome each : told) {
                    assertEquals(Code.OUTCOME_UNKNOWN, ((Outcome.Refused) each).code());
                }
            } finally {
                node.driver().forget(hold);
                go.countDown();
            }
        }
    }

    @Test
    void aDefectOfTheCoreIsInTheLog() throws Exception {
        CompletableFuture<LogRecord> logged = new CompletableFuture<>();
        Handler handler =
                new Handler() {
                    @Override
                    public void publish(LogRecord entry) {
                        if (entry.getLevel().equals(Level.SEVERE)) {
                            logged.complete(entry);
                        }
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        Logger logger = Logger.getLogger(Driver.class.getName());
        logger.addHandler(handler);
        try (Node node = start()) {
            IllegalStateException defect = new IllegalStateException("a defect");
            node.driver()
                    .onPublish(() -> {
                        throw defect;
                    });
            node.driver().offline(true);
            String why = node.broken().get(30, TimeUnit.SECONDS);
            assertTrue(why.contains("the log has it"), why);
            assertSame(defect, logged.get(30, TimeUnit.SECONDS).getThrown());
        } finally {
            logger.removeHandler(handler);
        }
    }

    private static void hold(CountDownLatch until) {
        try {
            until.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Node start() {
        return NodeMain.start(
                NodeConfig.resolve(
                        Map.of("home", folder.resolve("a").toString(), "http", "127.0.0.1:0"),
                        Map.of()));
    }
}
