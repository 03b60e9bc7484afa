package dev.musher.ops.attack;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A short slice of {@code musher attack}, with real processes and sockets: what ends, who is let in
 * and what is left open. How much memory and processor it cost, and how long others waited, is for
 * the command, on a machine that does nothing else.
 */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AttackTest {

    private static final int SECONDS = 1;

    /** More than a node has places for strangers of one address. */
    private static final int PLACES_MOST = 200;

    private static final int ANSWER_MS = 3_000;

    private Scene scene;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        scene = new Scene(folder);
    }

    @AfterAll
    void end() throws Exception {
        scene.close();
    }

    private void run(String row) throws Exception {
        List<Attack> chosen = RunAttack.all().stream().filter(a -> a.row().equals(row)).toList();
        assertTrue(!chosen.isEmpty(), row);
        for (Attack attack : chosen) {
            Attack.Done done = attack.body().run(scene, SECONDS);
            for (Bound bound : done.bounds()) {
                // A machine shared with other tests is slow, and a time is no proof of anything.
                boolean time = bound.what().endsWith("ms");
                assertTrue(
                        time ? bound.measured() >= 0 : bound.held(),
                        attack.words() + ", " + done.text() + ": " + bound.text());
            }
        }
        assertTrue(scene.isAlive(), "the node is gone");
        assertTrue(scene.traffic().fault().isEmpty(), scene.traffic().fault());
        Scene.until("honest writes are seen", 60, () -> !scene.traffic().take().isEmpty());
    }

    @Test
    @Tag("T-D1")
    void nobodyIsLetInWithoutAKey() throws Exception {
        run("D1");
    }

    @Test
    @Tag("T-D5")
    void whatIsSentAgainOrFromElsewhereEndsTheLink() throws Exception {
        run("D5");
    }

    @Test
    @Tag("T-D6")
    void aLowerLevelIsRefused() throws Exception {
        run("D6");
    }

    @Test
    void aMemberIsLetInOnceStrangersOfItsAddressLeaveAPlace() throws Exception {
        List<RawSocket> silent = new ArrayList<>();
        try {
            do {
                assertTrue(silent.size() < PLACES_MOST, "strangers have places without end");
                silent.add(new RawSocket(scene.node(), 0));
                silent.getLast().upgrade("");
            } while (silent.getLast().receive(ANSWER_MS) != null);
            run("D6");
        } finally {
            for (RawSocket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    @Tag("T-D9")
    void badSignaturesEndTheLink() throws Exception {
        run("D9");
    }

    @Test
    @Tag("T-D10")
    void changesWithoutParentsEndTheLink() throws Exception {
        run("D10");
    }

    @Test
    @Tag("T-D11")
    void liesOnHeadsEndTheLink() throws Exception {
        run("D11");
    }

    @Test
    @Tag("T-D12")
    void whatDoesNotEndIsClosed() throws Exception {
        run("D12");
    }

    @Test
    @Tag("T-D13")
    void nothingIsInflated() throws Exception {
        run("D13");
    }
}
