package dev.musher.protocol.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class InFlightTest {

    private static final int BRANCHES = 3;

    private record Sent(long frame, int branch, int first) {}

    @Test
    void itIsTheLeastOfAllFramesThatAreNotAcknowledged() {
        SplittableRandom random = new SplittableRandom(1);
        InFlight inFlight = new InFlight();
        List<Sent> model = new ArrayList<>();
        long last = 0;
        long acknowledged = 0;
        for (int i = 0; i < 5_000; i++) {
            if (random.nextInt(3) > 0) {
                last++;
                for (int part = random.nextInt(1, 5); part > 0; part--) {
                    Sent sent = new Sent(last, random.nextInt(BRANCHES), random.nextInt(1, 100));
                    model.add(sent);
                    inFlight.sent(sent.frame(), sent.branch(), sent.first());
                }
            } else {
                acknowledged = random.nextLong(acknowledged, last + 1);
                long upTo = acknowledged;
                model.removeIf(sent -> sent.frame() <= upTo);
                // An older one may come again: it takes nothing back.
                inFlight.acknowledged(random.nextLong(upTo + 1), false);
                inFlight.acknowledged(upTo, upTo == last);
            }
            for (int branch = 0; branch < BRANCHES; branch++) {
                int of = branch;
                int least =
                        model.stream()
                                .filter(sent -> sent.branch() == of)
                                .mapToInt(Sent::first)
                                .min()
                                .orElse(Integer.MAX_VALUE);
                assertEquals(least, inFlight.first(branch), "step " + i);
            }
        }
    }
}
