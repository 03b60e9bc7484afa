package dev.musher.gateway.view;

import dev.musher.protocol.json.JsonOut;

/** JSON objects of one project among those of others. */
public final class Marked {

    private Marked() {}

    /** The object with a further first member {@code project}. */
    public static byte[] with(String project, byte[] object) {
        byte[] head = new JsonOut().object().member("project", project).endObject().toBytes();
        boolean empty = object.length == 2;
        byte[] out = new byte[head.length - 1 + (empty ? 0 : 1) + object.length - 1];
        System.arraycopy(head, 0, out, 0, head.length - 1);
        int at = head.length - 1;
        if (!empty) {
            out[at++] = ',';
        }
        System.arraycopy(object, 1, out, at, object.length - 1);
        return out;
    }
}
