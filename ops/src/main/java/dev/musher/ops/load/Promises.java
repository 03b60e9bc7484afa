package dev.musher.ops.load;

import dev.musher.ops.cli.NodeClient;
import java.util.List;
import java.util.function.Consumer;

/**
 * What callers may rely on after their node died and was started again: acknowledged writes are
 * there, once, in the change that was named; what got no answer can be sent once more and is done
 * once; sums are exact. One thread.
 */
final class Promises {

    private final Consumer<String> breach;
    private long unknown;
    private long unknownThere;

    /** {@code breach} is told what is not kept. */
    Promises(Consumer<String> breach) {
        this.breach = breach;
    }

    /** Requests without an answer. */
    long unknown() {
        return unknown;
    }

    /** Those of them that had been done. */
    long unknownThere() {
        return unknownThere;
    }

    /** Looks at all of it, and settles what got no answer. */
    void check(List<Caller> callers, History history, NodeClient client) {
        history.read(client);
        present(callers, history);
        resolve(callers, history, client);
        history.read(client);
        repeated(callers, client);
        sums(callers, client);
    }

    /** Every acknowledged write is there, once, in the change that was named. */
    void present(List<Caller> callers, History history) {
        for (Caller caller : callers) {
            caller.acknowledged()
                    .forEach((key, change) -> {
                        String found = history.changeOf(key);
                        if (!history.has(change)) {
                            breach.accept("lost: " + key + ", acknowledged in " + change);
                        } else if (!found.isEmpty() && !found.equals(change)) {
                            breach.accept(key + " is in " + found + ", not in " + change);
                        }
                    });
        }
    }

    /** What got no answer is sent once more: done once, whether or not it had been. */
    private void resolve(List<Caller> callers, History history, NodeClient client) {
        for (Caller caller : callers) {
            Write write = caller.unknown();
            if (write == null) {
                continue;
            }
            unknown++;
            String before = history.changeOf(write.key());
            String change = caller.resolve(client);
            if (history.has(change)) {
                unknownThere++;
            }
            if (!before.isEmpty() && !before.equals(change)) {
                breach.accept(write.key() + " was in " + before + " and then in " + change);
            }
        }
    }

    /** What was acknowledged last is sent once more, and named in the same change. */
    private void repeated(List<Caller> callers, NodeClient client) {
        for (Caller caller : callers) {
            Write last = caller.last();
            if (last == null) {
                continue;
            }
            String again = caller.repeat(client, last);
            if (!again.equals(caller.acknowledged().get(last.key()))) {
                breach.accept(last.key() + " sent once more was done once more, in " + again);
            }
        }
    }

    private void sums(List<Caller> callers, NodeClient client) {
        for (Caller caller : callers) {
            if (caller.item() == null) {
                continue;
            }
            long there = client.get("/api/v1/items/" + caller.item()).at("tokens").number();
            if (there != caller.increments()) {
                breach.accept(
                        there
                                + " tokens are on item "
                                + caller.item()
                                + ", "
                                + caller.increments()
                                + " were counted");
            }
        }
    }
}
