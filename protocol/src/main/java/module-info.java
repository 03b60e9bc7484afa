/** Frames, signatures and sync: what nodes say to each other. */
module dev.musher.protocol {
    requires transitive dev.musher.crdt;
    requires transitive com.fasterxml.jackson.core;
    requires org.bouncycastle.provider;
    requires static transitive org.jspecify;

    exports dev.musher.protocol.json;
    exports dev.musher.protocol.codec;
    exports dev.musher.protocol.crypto;
    exports dev.musher.protocol.sync;
}
