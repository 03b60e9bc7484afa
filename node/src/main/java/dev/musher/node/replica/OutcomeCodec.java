package dev.musher.node.replica;

import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.ItemKey;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Outcomes as a row of this store; the form never leaves the node. */
final class OutcomeCodec {

    private static final int TEXT_BYTES = 1 << 20;
    private static final int COUNT = 100_000;

    private OutcomeCodec() {}

    static void write(CborWriter out, List<Outcome> outcomes) {
        out.array(outcomes.size());
        for (Outcome outcome : outcomes) {
            switch (outcome) {
                case Outcome.Done done -> writeDone(out, done);
                case Outcome.Refused refused -> writeRefused(out, refused);
            }
        }
    }

    static List<Outcome> read(CborReader in) {
        int count = in.array("outcomes", 0, COUNT);
        List<Outcome> out = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int parts = in.array("outcome", 4, 5);
            out.add(parts == 5 ? readDone(in) : readRefused(in));
        }
        return out;
    }

    private static void writeDone(CborWriter out, Outcome.Done done) {
        ItemKey key = done.key();
        out.array(5).bytes(key == null ? new byte[0] : key.bytes()).integer(done.number());
        text(out, done.display());
        out.bytes(done.change());
        text(out, done.version());
    }

    private static Outcome readDone(CborReader in) {
        byte[] key = in.bytes("key", 0, ItemKey.LENGTH);
        return new Outcome.Done(
                key.length == 0 ? null : ItemKey.at(key, 0),
                in.integer("number", 0, Long.MAX_VALUE),
                text(in),
                in.id("change"),
                text(in));
    }

    private static void writeRefused(CborWriter out, Outcome.Refused refused) {
        out.array(4).text(refused.code().name()).text(refused.text());
        out.array(refused.candidates().size());
        for (Outcome.Candidate each : refused.candidates()) {
            out.array(3).bytes(each.key().bytes()).text(each.display()).text(each.name());
        }
        out.array(refused.facts().size() * 2);
        for (Map.Entry<String, String> fact : refused.facts().entrySet()) {
            out.text(fact.getKey()).text(fact.getValue());
        }
    }

    private static Outcome readRefused(CborReader in) {
        Code code = Code.valueOf(in.text("code", TEXT_BYTES));
        String text = in.text("text", TEXT_BYTES);
        List<Outcome.Candidate> candidates = new ArrayList<>();
        for (int left = in.array("candidates", 0, COUNT); left > 0; left--) {
            in.array("candidate", 3, 3);
            candidates.add(
                    new Outcome.Candidate(
                            in.itemKey("key"),
                            in.text("display", TEXT_BYTES),
                            in.text("name", TEXT_BYTES)));
        }
        SortedMap<String, String> facts = new TreeMap<>();
        for (int left = in.array("facts", 0, COUNT); left > 0; left -= 2) {
            facts.put(in.text("fact", TEXT_BYTES), in.text("value", TEXT_BYTES));
        }
        return new Outcome.Refused(code, text, candidates, facts);
    }

    private static void text(CborWriter out, @Nullable String text) {
        if (text == null) {
            out.nothing();
        } else {
            out.text(text);
        }
    }

    private static @Nullable String text(CborReader in) {
        return in.nothing() ? null : in.text("text", TEXT_BYTES);
    }
}
