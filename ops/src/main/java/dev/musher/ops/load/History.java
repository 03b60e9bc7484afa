package dev.musher.ops.load;

import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.Malformed;
import dev.musher.ops.cli.Json;
import dev.musher.ops.cli.NodeClient;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The changes of one node as it told them in the order of arrival, checked while they are read: no
 * hole in a chain, each (device, epoch, seq) used once. Not thread safe.
 */
final class History {

    private static final int PAGE = 2_000;
    private static final Pattern KEY = Pattern.compile("soak[.a-z0-9]+;");

    private final Consumer<String> breach;
    private final List<String> ids = new ArrayList<>();
    private final Map<Chain, Header> heads = new HashMap<>();
    private final Map<Chain, ChangeId> headIds = new HashMap<>();
    private final Map<String, String> changeOfKey = new HashMap<>();
    private final Map<String, Integer> position = new HashMap<>();

    /** Nothing yet; {@code breach} is told what must not be. */
    History(Consumer<String> breach) {
        this.breach = breach;
    }

    /** Reads what came since, and that the last of what was there before is still there. */
    void read(NodeClient node) {
        if (!ids.isEmpty()) {
            String before = ids.get(ids.size() - 1);
            Json last = page(node, ids.size() - 1, 1).at("changes");
            if (last.items().isEmpty() || !last.items().get(0).at("id").text().equals(before)) {
                breach.accept("change " + before + " was there and is not, or moved");
                return;
            }
        }
        for (Json page = page(node, ids.size(), PAGE);
                !page.at("changes").items().isEmpty();
                page = page(node, ids.size(), PAGE)) {
            page.at("changes").items().forEach(this::add);
        }
    }

    /** How many changes there are. */
    int size() {
        return ids.size();
    }

    /** How many chains there are: one for each time that the node had to open a fresh epoch. */
    int chains() {
        return heads.size();
    }

    /** Whether a change is there. */
    boolean has(String change) {
        return position.containsKey(change);
    }

    /** The change that what was written with a key is in; empty where there is none. */
    String changeOf(String key) {
        return changeOfKey.getOrDefault(key, "");
    }

    /** Whether another history is the same, change by change. */
    boolean same(History other) {
        return ids.equals(other.ids);
    }

    private static Json page(NodeClient node, long after, int limit) {
        return node.get("/api/v1/export?after=" + after + "&limit=" + limit);
    }

    private void add(Json line) {
        String id = line.at("id").text();
        Change change;
        try {
            change = ChangeCodec.read(Base64.getDecoder().decode(line.at("bytes").text()));
        } catch (Malformed e) {
            breach.accept("change " + id + " is malformed: " + e.getMessage());
            return;
        }
        if (!change.id().hex().equals(id)) {
            breach.accept("change " + id + " has other bytes");
        }
        if (position.put(id, ids.size()) != null) {
            breach.accept("change " + id + " arrived twice");
        }
        ids.add(id);
        inItsChain(change);
        Matcher keys = KEY.matcher(line.at("view").at("ops").toString());
        while (keys.find()) {
            String before = changeOfKey.put(keys.group(), id);
            if (before != null) {
                breach.accept(keys.group() + " was done twice: in " + before + " and in " + id);
            }
        }
    }

    private void inItsChain(Change change) {
        Header header = change.header();
        Chain chain = new Chain(header.device(), header.epoch());
        Header head = heads.put(chain, header);
        ChangeId headId = headIds.put(chain, change.id());
        long due = head == null ? 1 : head.seq() + 1;
        if (header.seq() != due) {
            breach.accept("seq " + header.seq() + " of a chain where " + due + " was due");
        }
        if (headId != null && !headId.equals(header.prev())) {
            breach.accept("seq " + header.seq() + " of a chain does not follow the one before");
        }
    }
}
