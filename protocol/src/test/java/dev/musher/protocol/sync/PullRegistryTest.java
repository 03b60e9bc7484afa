package dev.musher.protocol.sync;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("H-20")
class PullRegistryTest {
    private static final ChainKey CHAIN = new ChainKey(1, 1);
    private static final ChainKey OTHER = new ChainKey(1, 2);

    private final PullRegistry pulls = new PullRegistry(5_000);
    private final Puller a = new Puller(0);
    private final Puller b = new Puller(0);

    @Test
    void aChainIsBroughtByOneSession() {
        assertTrue(pulls.claim(CHAIN, a, 0));
        assertTrue(pulls.claim(CHAIN, a, 1));
        assertFalse(pulls.claim(CHAIN, b, 1));
        assertTrue(pulls.claim(OTHER, b, 1));
        pulls.release(CHAIN, b);
        assertFalse(pulls.claim(CHAIN, b, 1));
        pulls.release(CHAIN, a);
        assertTrue(pulls.claim(CHAIN, b, 1));
    }

    @Test
    void aSessionThatBringsNothingLosesItsClaims() {
        assertTrue(pulls.claim(CHAIN, a, 0));
        assertFalse(pulls.claim(CHAIN, b, 4_999));
        assertTrue(pulls.claim(CHAIN, b, 5_000));
        assertFalse(pulls.claim(CHAIN, a, 5_000));
    }

    @Test
    void aSessionThatTricklesLosesTheChainsItDoesNotBring() {
        assertTrue(pulls.claim(CHAIN, a, 0));
        assertTrue(pulls.claim(OTHER, a, 0));
        for (long now = 1_000; now < 15_000; now += 1_000) {
            a.progressed(now);
            pulls.progressed(OTHER, a, now);
            assertFalse(pulls.claim(CHAIN, b, now));
        }
        a.progressed(15_000);
        assertTrue(pulls.claim(CHAIN, b, 15_000));
        assertFalse(pulls.claim(OTHER, b, 15_000));
    }

    @Test
    void aSessionThatEndsLosesAll() {
        assertTrue(pulls.claim(CHAIN, a, 0));
        assertTrue(pulls.exchange(a, 0));
        assertFalse(pulls.exchange(b, 0));
        pulls.leave(a);
        assertTrue(pulls.claim(CHAIN, b, 0));
        assertTrue(pulls.exchange(b, 0));
    }

    @Test
    void onePeerAtATimeMayPush() {
        assertTrue(pulls.exchange(a, 0));
        assertFalse(pulls.exchange(b, 4_999));
        pulls.exchanged(b);
        assertFalse(pulls.exchange(b, 4_999));
        pulls.exchanged(a);
        assertTrue(pulls.exchange(b, 4_999));
        assertTrue(pulls.exchange(a, 9_999));
    }

    @Test
    void untilAPeerHasSaidWhetherItPushesNothingIsAskedOfOthers() {
        assertFalse(pulls.mayComeUnasked(b, 0));
        assertTrue(pulls.exchange(a, 0));
        assertTrue(pulls.mayComeUnasked(b, 1));
        assertFalse(pulls.mayComeUnasked(a, 1));
        // Who says nothing is not waited for.
        assertFalse(pulls.mayComeUnasked(b, 5_000));
        pulls.decided(b);
        assertTrue(pulls.mayComeUnasked(b, 1));
        pulls.decided(a);
        assertFalse(pulls.mayComeUnasked(b, 1));
        assertTrue(pulls.exchange(a, 1));
        assertTrue(pulls.mayComeUnasked(b, 2));
        pulls.leave(a);
        assertFalse(pulls.mayComeUnasked(b, 2));
    }
}
