package dev.musher.protocol.sync;

import dev.musher.protocol.codec.FrameLimits;

/**
 * Kinds and bounds of the frames of sync; part of the format. A kind below {@link #IGNORABLE} that
 * is not known ends the session; one from there on is passed over, so that version N may tell more
 * to its like over a link to version N-1.
 */
public final class Frames {
    /** The protocol level this build speaks; raised with the frames and with the signatures. */
    public static final int LEVEL = 2;

    /** From this level on outlines are sent and taken. */
    static final int LEVEL_OUTLINES = 2;

    /** The lowest level this build still speaks with. */
    public static final int LEVEL_LEAST = 1;

    /** First frame of either side: level, nonce, hidden key. */
    static final int HELLO = 0;

    /** Second frame: signature, and hidden introduction. */
    static final int PROOF = 1;

    /** To a newcomer: the changes that added it. */
    static final int WELCOME = 2;

    /** Where nodes can be reached. */
    static final int ADDRESSES = 3;

    /** Last frame: why. */
    static final int END = 4;

    /** P0. */
    static final int STATUS = 8;

    /** P1, and announcements. */
    static final int VECTOR = 9;

    /** Asks for chains. */
    static final int WANT = 10;

    /** Changes. */
    static final int RUNS = 11;

    /** Acknowledges runs and grants credit. */
    static final int ACK = 12;

    /** A checkpoint, and what shows that an owner wrote it. */
    static final int VOUCH = 13;

    /** P2: asks for nodes of the trie. */
    static final int TRIE_ASK = 16;

    /** P2: shows nodes of the trie. */
    static final int TRIE_TELL = 17;

    /** P2: names the items that differ. */
    static final int DIFFERENCES = 18;

    /** Kinds from here on are passed over where they are not known. */
    static final int IGNORABLE = 128;

    /** Names a change of the other side that is not admitted here, and why. */
    static final int DECLINED = 128;

    /** Declined changes named on one link. */
    static final int DECLINED_TOLD = 4;

    /** All frames of one side before the handshake is done, bytes together. */
    static final int HANDSHAKE_BYTES = FrameLimits.HANDSHAKE_FRAME_BYTES;

    /** Changes of an introduction. */
    static final int INTRODUCTION_CHANGES = 16;

    /** Bytes of an introduction. */
    static final int INTRODUCTION_BYTES = 48 * 1024;

    /** What a newcomer calls itself, bytes of UTF-8. */
    static final int LABEL_BYTES = 1_200;

    /** Addresses told to a peer. */
    static final int ADDRESS_COUNT = 16;

    /** An address, bytes of UTF-8. */
    static final int ADDRESS_BYTES = 200;

    /** Text beside a refusal, bytes of UTF-8. */
    static final int TEXT_BYTES = 1_000;

    /** Entries of one vector frame; longer vectors go in parts. */
    static final int HAVES = 8_192;

    /** Entries of one vector, all parts together. */
    static final int HAVES_TOTAL = 65_536;

    /** Entries of a vector that show where a fork is. */
    static final int SAMPLES = 4_096;

    /** Chains of one pull, and heads of one announcement. */
    static final int WANTS = 1_024;

    /** Bytes of runs each side may send before the first acknowledgement. */
    static final int CREDIT_BYTES = 8 * 1024 * 1024;

    /** Frames of runs that may be unacknowledged. */
    static final int UNACKED_FRAMES = 4_096;

    /** Changes of one vouch: a checkpoint and what shows that an owner wrote it. */
    static final int VOUCH_CHANGES = 64;

    /** Vouchers of one link that count: the latest. */
    static final int VOUCHERS = 64;

    /** Nodes of the trie asked for at once. */
    static final int TRIE_PATHS = 256;

    /** Nibbles of a path: an item key has 32. */
    static final int TRIE_DEPTH = 32;

    /** Items named by one audit. */
    static final int DIFFERENT_ITEMS = 256;

    private Frames() {}
}
