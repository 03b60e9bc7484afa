package dev.musher.crdt.change;

/** A device's Ed25519 public key: the author of changes. Immutable. */
public final class DeviceId extends Bytes32 {

    private DeviceId(byte[] bytes, int offset) {
        super(bytes, offset);
    }

    /**
     * The device with this public key of exactly 32 bytes; {@link IllegalArgumentException}
     * otherwise.
     */
    public static DeviceId of(byte[] publicKey) {
        if (publicKey.length != LENGTH) {
            throw new IllegalArgumentException(
                    "a device key has 32 bytes, not " + publicKey.length);
        }
        return new DeviceId(publicKey, 0);
    }

    /** The key in {@code bytes[offset .. offset + 32)}. */
    public static DeviceId at(byte[] bytes, int offset) {
        return new DeviceId(bytes, offset);
    }
}
