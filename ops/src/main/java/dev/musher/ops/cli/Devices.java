package dev.musher.ops.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The devices of a project by the words that people use for them. */
final class Devices {

    /** Letters of a key that name a device at least. */
    private static final int LETTERS_MIN = 4;

    private Devices() {}

    /**
     * The member that a label, the beginning of a key (as {@code members} shows it) or {@code self}
     * means.
     *
     * @throws Failure where it is none, or several
     */
    static Json find(NodeClient node, String word) {
        List<Json> members = node.get("/api/v1/members").at("members").items();
        // A member chooses its label: it must not stand in for `self`, nor for another's key.
        List<Json> found = members.stream().filter(m -> isExactly(m, word)).toList();
        if (found.isEmpty()) {
            found = members.stream().filter(m -> answers(m, word)).toList();
        }
        if (found.isEmpty()) {
            throw new Failure(
                    Failure.NOT_FOUND,
                    "no device answers to `" + word + "`: `musher members` lists them");
        }
        if (found.size() > 1) {
            StringBuilder text = new StringBuilder("several devices answer to `" + word + "`:");
            found.forEach(m ->
                    text.append("\n  ")
                            .append(Text.brief(m.at("device").text()))
                            .append("  ")
                            .append(Text.line(m.at("label").text()))
                            .append("  ")
                            .append(m.at("role").text())
                            .append(m.at("cut").flag() ? ", revoked" : "")
                            .append(m.at("self").flag() ? ", this node" : ""));
            throw new Failure(Failure.CONFLICT, text.toString());
        }
        return found.get(0);
    }

    /** How people know it: label and letters. */
    static String name(Json member) {
        String label = Text.line(member.at("label").text());
        String brief = Text.brief(member.at("device").text());
        return label.isEmpty() ? brief : label + " (" + brief + ")";
    }

    /** Devices by their keys, as people know them. */
    static Map<String, String> names(NodeClient node) {
        Map<String, String> out = new HashMap<>();
        for (Json m : node.get("/api/v1/members").at("members").items()) {
            out.put(m.at("device").text(), name(m));
        }
        return out;
    }

    /** Devices that one added, and that these added, as far as nobody revoked them; for people. */
    static List<String> addedBy(NodeClient node, String key) {
        Set<String> keys = new HashSet<>(Set.of(key));
        List<String> out = new ArrayList<>();
        // Whoever adds is senior to whom it adds, and the most senior come first.
        for (Json m : node.get("/api/v1/members").at("members").items()) {
            if (keys.contains(m.at("added_by").text())) {
                keys.add(m.at("device").text());
                if (!m.at("cut").flag()) {
                    out.add(name(m) + ", " + m.at("role").text());
                }
            }
        }
        return out;
    }

    private static boolean isExactly(Json member, String word) {
        return word.equals("self")
                ? member.at("self").flag()
                : member.at("device").text().equals(word);
    }

    private static boolean answers(Json member, String word) {
        return member.at("label").text().equals(word)
                || (word.length() >= LETTERS_MIN && member.at("device").text().startsWith(word));
    }
}
