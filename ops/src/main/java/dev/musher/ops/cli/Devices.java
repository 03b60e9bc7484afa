package dev.musher.ops.cli;

import java.util.List;

/** The devices of a project by the words that people use for them. */
final class Devices {

    /** Letters of a key that name a device at least. */
    private static final int LETTERS_MIN = 4;

    private Devices() {}

    /**
     * The member that a label, the beginning of a key (as {@code members} shows it, or in letters)
     * or {@code self} means.
     *
     * @throws Failure where it is none, or several
     */
    static Json find(NodeClient node, String word) {
        List<Json> members = node.get("/api/v1/members").at("members").items();
        List<Json> found = members.stream().filter(m -> isExactly(m, word)).toList();
        if (found.isEmpty() && word.length() >= LETTERS_MIN) {
            found = members.stream().filter(m -> begins(m, word)).toList();
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
                            .append(Text.line(m.at("label").text())));
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

    private static boolean isExactly(Json member, String word) {
        return member.at("label").text().equals(word)
                || member.at("device").text().equals(word)
                || (word.equals("self") && member.at("self").flag());
    }

    private static boolean begins(Json member, String word) {
        return member.at("device").text().startsWith(word)
                || member.at("short").text().startsWith(word);
    }
}
