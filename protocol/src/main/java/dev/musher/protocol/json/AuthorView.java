package dev.musher.protocol.json;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.DeviceId;

/**
 * Who did something: {@code {kind, name, device, via}}; {@code via} is what people call the device.
 */
public final class AuthorView {

    private AuthorView() {}

    /** Writes the author as one value. */
    public static void write(JsonOut out, Actor actor, DeviceId device, Names names) {
        out.object()
                .member("kind", kind(actor))
                .member("name", actor.name())
                .member("device", device.hex())
                .member("via", names.device(device))
                .endObject();
    }

    private static String kind(Actor actor) {
        return switch (actor) {
            case Actor.User u -> "user";
            case Actor.Agent a -> "agent";
            case Actor.SystemActor s -> "system";
        };
    }
}
