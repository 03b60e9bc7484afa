package dev.musher.ops.cli;

/** Foreign text made fit for a terminal. */
final class Text {

    private static final int WIDE_FROM = 0x1100;

    private Text() {}

    /**
     * One line without anything that a terminal would obey: escape sequences, line breaks, and
     * marks that turn the direction of writing become a visible sign. Names come from strangers.
     */
    static String line(String text) {
        StringBuilder out = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (harmful(c)) {
                out = out == null ? new StringBuilder(text) : out;
                out.setCharAt(i, Character.isWhitespace(c) ? ' ' : '\ufffd');
            }
        }
        return out == null ? text : out.toString();
    }

    /** The same for text of several lines: line breaks and tabs stay. */
    static String block(String text) {
        return String.join("\n", text.lines().map(Text::line).toList());
    }

    /** Columns that a terminal takes to show a text of one line. */
    static int width(String line) {
        int out = 0;
        for (int i = 0; i < line.length(); i += Character.charCount(line.codePointAt(i))) {
            out += width(line.codePointAt(i));
        }
        return out;
    }

    /** Letters of a time as people read it: to the second, with a blank for the T. */
    static String time(String iso) {
        return iso.length() >= 19 ? iso.substring(0, 10) + " " + iso.substring(11, 19) : iso;
    }

    /** The first letters of a long hexadecimal id. */
    static String brief(String id) {
        return id.length() > 10 ? id.substring(0, 10) : id;
    }

    private static boolean harmful(char c) {
        return c < 0x20
                || (c >= 0x7f && c < 0xa0)
                || (c >= 0x200b && c <= 0x200f)
                || (c >= 0x2028 && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069);
    }

    private static int width(int point) {
        int type = Character.getType(point);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        boolean wide =
                point >= WIDE_FROM
                        && (Character.isIdeographic(point)
                                || (point <= 0x115f)
                                || (point >= 0x3040 && point <= 0x30ff)
                                || (point >= 0xac00 && point <= 0xd7a3)
                                || (point >= 0xff01 && point <= 0xff60)
                                || (point >= 0x1f300 && point <= 0x1faff));
        return wide ? 2 : 1;
    }
}
