package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Role;
import dev.musher.protocol.codec.Signed;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a member can make of a signature: nobody is cut off by it. */
class HostileRunsTest {

    /** What is wrong with the one change of a run that is signed. */
    enum End {
        /** No node admits it. */
        REFUSED,
        /** It builds on what there is not. */
        WAITS
    }

    @ParameterizedTest
    @EnumSource
    @Tag("T-D9")
    void whatStandsBeforeASignedChangeThatIsNotAdmittedReachesEverybody(End end) {
        World w = new World();
        World.Node f = w.founder();
        World.Node m = w.joiner(f, "10.0.0.2:1", Role.MEMBER);
        f.does(World.create("one"));
        w.pass(500);
        Forger forger = new Forger(f, m);
        Change first = forger.first(4242);
        Change second =
                end == End.REFUSED
                        ? forger.next(first, List.of(), 999_999)
                        : forger.next(first, List.of(Forger.nowhere()), first.lamport() + 1);
        m.down = true;
        forger.inject(w, List.of(new Signed(first, null), forger.sign(second)));
        w.settle();
        f.does(World.create("two"));
        m.kill();
        World.Node b = w.joiner(f, "10.0.0.3:1", Role.MEMBER);
        for (int i = 0; i < 5; i++) {
            f.does(World.create("more " + i));
            w.pass(1_000);
        }
        w.pass(20_000);
        assertEquals(7, f.shown().items().size());
        assertEquals(7, b.shown().items().size(), "what the founder wrote after it");
        // And it can be passed on by who got it so.
        f.kill();
        World.Node c = w.joiner(b, "10.0.0.4:1", Role.MEMBER);
        w.pass(20_000);
        assertEquals(7, c.shown().items().size());
        assertEquals(b.shown().digest(), c.shown().digest());
    }
}
