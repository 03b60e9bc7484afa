package dev.musher.node.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.musher.node.replica.Input;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Guarantee: frames of a socket come to the core in their order, whichever are opened. */
class OpeningsTest {

    private static final int LARGE = Openings.BYTES_LEAST;

    private final BlockingQueue<Input> core = new LinkedBlockingQueue<>();
    private final CountDownLatch mayOpen = new CountDownLatch(1);
    private final BlockingQueue<Thread> openedOn = new LinkedBlockingQueue<>();
    private final Openings openings =
            new Openings(
                    bytes -> {
                        openedOn.add(Thread.currentThread());
                        await(mayOpen);
                        if (bytes[1] == 13) {
                            throw new IllegalStateException("a defect (by order of the test)");
                        }
                        return null;
                    },
                    core::add);

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void stop() {
        mayOpen.countDown();
        openings.stop();
    }

    private static byte[] frame(int number, int length) {
        byte[] out = new byte[length];
        out[0] = (byte) number;
        return out;
    }

    private List<Integer> come(int count) throws InterruptedException {
        List<Integer> out = new ArrayList<>();
        while (out.size() < count) {
            Input.Frame next = (Input.Frame) core.poll(60, TimeUnit.SECONDS);
            out.add((int) next.bytes()[0]);
        }
        return out;
    }

    @Test
    void smallFramesWaitBehindTheLargeOnesOfTheirSocketOnly() throws Exception {
        Openings.Line one = openings.line(1);
        Openings.Line two = openings.line(2);
        one.take(frame(1, 10), true);
        assertEquals(List.of(1), come(1));
        one.take(frame(2, LARGE), true);
        one.take(frame(3, 10), true);
        one.take(frame(4, LARGE), true);
        two.take(frame(5, 10), true);
        assertEquals(List.of(5), come(1));
        assertNull(core.peek());
        mayOpen.countDown();
        assertEquals(List.of(2, 3, 4), come(3));
    }

    @Test
    void nothingOfAStrangerIsOpened() throws Exception {
        Openings.Line line = openings.line(1);
        line.take(frame(1, LARGE), false);
        assertEquals(List.of(1), come(1));
        assertEquals(0, openedOn.size());
    }

    @Test
    void openingIsNotDoneOnTheThreadThatReads() throws Exception {
        openings.line(1).take(frame(1, LARGE), true);
        assertNotEquals(Thread.currentThread(), openedOn.poll(60, TimeUnit.SECONDS));
    }

    @Test
    void aDefectLeavesNoHoleInTheStream() throws Exception {
        mayOpen.countDown();
        Openings.Line line = openings.line(1);
        byte[] bad = frame(1, LARGE);
        bad[1] = 13;
        line.take(bad, true);
        line.take(frame(2, LARGE), true);
        assertEquals(List.of(1, 2), come(2));
    }
}
