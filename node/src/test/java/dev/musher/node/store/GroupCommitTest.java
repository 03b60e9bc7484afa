package dev.musher.node.store;

import static dev.musher.node.store.StoreContractTest.key;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One write for all that wait, in order; and nobody is left without an answer. */
class GroupCommitTest {
    private final ModelStore model = new ModelStore(new byte[8], ModelStore.Sync.ON_COMMIT);

    @Test
    void whatWaitsBecomesOneWriteInOrder() throws Exception {
        List<String> done = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch inFirst = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (GroupCommit commits = new GroupCommit(model, GroupCommit.Limits.defaults());
                Released _ = release::countDown) {
            commits.submit(put("a", "0"), blocking(inFirst, release));
            inFirst.await();
            for (int i = 1; i <= 10; i++) {
                String value = "" + i;
                commits.submit(put("a", value), answer(value, done));
            }
            assertEquals(10, commits.counters().waiting());
            release.countDown();
            finish(commits);
            assertEquals(2, commits.counters().groups());
            assertEquals(11, commits.counters().batches());
            assertEquals(11, commits.counters().rows());
            assertEquals(0, commits.counters().waitingBytes());
        }
        assertEquals(List.of("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"), done);
        assertArrayEquals(key("10"), model.get(Table.META, key("a")));
    }

    @Test
    @Tag("T-B8")
    void theQueueIsBoundedAndSaysSo() throws Exception {
        CountDownLatch inFirst = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (GroupCommit commits =
                        new GroupCommit(model, new GroupCommit.Limits(2, 1 << 20, 1 << 20));
                Released _ = release::countDown) {
            commits.submit(put("a", "0"), blocking(inFirst, release));
            inFirst.await();
            CompletableFuture<String> b = new CompletableFuture<>();
            commits.submit(put("b", "1"), answer(b));
            commits.submit(put("c", "1"), answer(new CompletableFuture<>()));
            assertThrows(
                    StoreBusyException.class,
                    () -> commits.submit(put("d", "1"), answer(new CompletableFuture<>())));
            release.countDown();
            assertEquals("committed", b.get());
        }
        assertNotNull(model.get(Table.META, key("c")));
        assertNull(model.get(Table.META, key("d")));
    }

    @Test
    void groupsAreBoundedAndABatchOfAnySizePasses() throws Exception {
        CountDownLatch inFirst = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (GroupCommit commits =
                        new GroupCommit(model, new GroupCommit.Limits(100, 1 << 20, 100));
                Released _ = release::countDown) {
            commits.submit(put("a", "0"), blocking(inFirst, release));
            inFirst.await();
            commits.submit(put("b", "1".repeat(500)), answer(new CompletableFuture<>()));
            commits.submit(put("c", "1".repeat(70)), answer(new CompletableFuture<>()));
            commits.submit(put("d", "1".repeat(70)), answer(new CompletableFuture<>()));
            release.countDown();
            finish(commits);
            assertEquals(4, commits.counters().groups());
        }
    }

    @Test
    @Tag("T-B6")
    void aFailureFailsAllThatWaitAndAllThatFollow() throws Exception {
        CountDownLatch inFirst = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<String> second = new CompletableFuture<>();
        CompletableFuture<String> third = new CompletableFuture<>();
        try (GroupCommit commits = new GroupCommit(model, new GroupCommit.Limits(100, 1 << 20, 1));
                Released _ = release::countDown) {
            commits.submit(put("a", "0"), blocking(inFirst, release));
            inFirst.await();
            model.failNextCommit(ModelStore.Outcome.ABSENT);
            commits.submit(put("b", "1"), answer(second));
            commits.submit(put("c", "1"), answer(third));
            release.countDown();
            assertFails(StoreFailedException.class, second);
            assertFails(StoreFailedException.class, third);
            assertThrows(
                    StoreFailedException.class,
                    () -> commits.submit(put("d", "1"), answer(new CompletableFuture<>())));
            commits.resume();
            assertThrows(
                    StoreFailedException.class,
                    () -> commits.submit(put("d", "1"), answer(new CompletableFuture<>())));
            assertEquals(2, commits.counters().refused());
        }
        assertNull(model.get(Table.META, key("c")), "nothing is written behind a failure");
    }

    @Test
    @Tag("T-B7")
    void aFullDiskStopsUntilTheOwnerResumes() throws Exception {
        try (GroupCommit commits = new GroupCommit(model, GroupCommit.Limits.defaults())) {
            model.setFull(true);
            CompletableFuture<String> refused = new CompletableFuture<>();
            commits.submit(put("a", "1"), answer(refused));
            assertFails(StoreFullException.class, refused);
            model.setFull(false);
            assertThrows(
                    StoreFullException.class,
                    () -> commits.submit(put("b", "1"), answer(new CompletableFuture<>())));
            commits.resume();
            CompletableFuture<String> taken = new CompletableFuture<>();
            commits.submit(put("c", "1"), answer(taken));
            assertEquals("committed", taken.get());
        }
    }

    @Test
    void aCompletionThatThrowsLeavesNobodyWaiting() throws Exception {
        CountDownLatch inFirst = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (GroupCommit commits = new GroupCommit(model, new GroupCommit.Limits(100, 1 << 20, 1));
                Released _ = release::countDown) {
            commits.submit(put("a", "0"), blocking(inFirst, release));
            inFirst.await();
            commits.submit(
                    put("b", "1"),
                    new GroupCommit.Completion() {
                        @Override
                        public void committed() {
                            throw new IllegalStateException("a defect (by order of the test)");
                        }

                        @Override
                        public void failed(StoreException cause) {}
                    });
            CompletableFuture<String> third = new CompletableFuture<>();
            commits.submit(put("c", "1"), answer(third));
            release.countDown();
            assertFails(StoreFailedException.class, third);
        }
    }

    @Test
    void closingWritesWhatWaitsAndRefusesMore() {
        GroupCommit commits = new GroupCommit(model, GroupCommit.Limits.defaults());
        CompletableFuture<String> done = new CompletableFuture<>();
        commits.submit(put("a", "1"), answer(done));
        commits.close();
        assertEquals("committed", done.getNow("not yet"));
        assertThrows(
                StoreClosedException.class,
                () -> commits.submit(put("b", "1"), answer(new CompletableFuture<>())));
    }

    /** Lets the held thread go, also when an assertion failed, so that closing can end. */
    @FunctionalInterface
    private interface Released extends AutoCloseable {
        @Override
        void close();
    }

    private static void finish(GroupCommit commits) {
        commits.close();
    }

    private static void assertFails(
            Class<? extends StoreException> kind, CompletableFuture<String> done) {
        ExecutionException thrown = assertThrows(ExecutionException.class, done::get);
        assertInstanceOf(kind, thrown.getCause());
    }

    private static Batch put(String key, String value) {
        return new Batch().put(Table.META, key(key), key(value));
    }

    private static GroupCommit.Completion answer(String name, List<String> done) {
        return new GroupCommit.Completion() {
            @Override
            public void committed() {
                done.add(name);
            }

            @Override
            public void failed(StoreException cause) {
                throw new AssertionError(cause);
            }
        };
    }

    private static GroupCommit.Completion answer(CompletableFuture<String> done) {
        return new GroupCommit.Completion() {
            @Override
            public void committed() {
                done.complete("committed");
            }

            @Override
            public void failed(StoreException cause) {
                done.completeExceptionally(cause);
            }
        };
    }

    /** Holds the thread of the store inside a completion. */
    private static GroupCommit.Completion blocking(CountDownLatch inside, CountDownLatch release) {
        return new GroupCommit.Completion() {
            @Override
            public void committed() {
                inside.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public void failed(StoreException cause) {
                throw new AssertionError(cause);
            }
        };
    }
}
