package dev.musher.crdt.change;

/**
 * What counts as blank in a name. It decides whether a change is malformed, so it is written out
 * here and in {@code PROTOCOL.md}: what a library calls white space moves with its Unicode version.
 */
final class Blank {

    private Blank() {}

    /** Whether a text has no character but those that show nothing. */
    static boolean is(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!is(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean is(char c) {
        return switch (c) {
            case 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1c, 0x1d, 0x1e, 0x1f, 0x20 -> true;
            case 0x1680, 0x2028, 0x2029, 0x205f, 0x3000 -> true;
            default -> c >= 0x2000 && c <= 0x200a && c != 0x2007;
        };
    }
}
