package dev.musher.node.net;

import java.util.ArrayList;
import java.util.List;

/**
 * What counts as one place that callers come from. An IPv4 address is one; of an IPv6 address the
 * first 64 bits are (RFC 4291, section 2.5.1), since whoever has one such address has 2^64 of them.
 * Stateless.
 */
public final class Network {

    private static final int GROUPS = 8;
    private static final int PREFIX_GROUPS = 4;

    private Network() {}

    /**
     * The place of an address.
     *
     * @param address digits, as sockets tell it; IPv6 with or without a zone
     * @return equal texts for equal places; what is no address is a place of its own
     */
    public static String of(String address) {
        int zone = address.indexOf('%');
        String bare = zone < 0 ? address : address.substring(0, zone);
        if (bare.indexOf(':') < 0) {
            return bare;
        }
        List<String> groups = new ArrayList<>();
        int gap = bare.indexOf("::");
        String head = gap < 0 ? bare : bare.substring(0, gap);
        String tail = gap < 0 ? "" : bare.substring(gap + 2);
        addTo(groups, head);
        if (gap >= 0) {
            List<String> after = new ArrayList<>();
            addTo(after, tail);
            while (groups.size() + after.size() < GROUPS) {
                groups.add("0");
            }
            groups.addAll(after);
        }
        return String.join(":", groups.subList(0, Math.min(PREFIX_GROUPS, groups.size()))) + "::";
    }

    private static void addTo(List<String> groups, String text) {
        for (String group : text.isEmpty() ? new String[0] : text.split(":", -1)) {
            String bare = group.toLowerCase(java.util.Locale.ROOT).replaceFirst("^0+(?=.)", "");
            groups.add(bare);
        }
    }
}
