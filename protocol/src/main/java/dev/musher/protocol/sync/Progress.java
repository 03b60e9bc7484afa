package dev.musher.protocol.sync;

/**
 * How far a session has come, for a progress line and for metrics.
 *
 * @param received changes taken from the peer over this session, those already here not counted
 * @param duplicates changes the peer sent that were here already
 * @param missing changes the peer is known to have and this node has not, now
 * @param sent changes sent over this session
 * @param bytesIn bytes of frames received, the handshake's too
 * @param bytesOut bytes of frames sent
 * @param legs messages of exchanges of heads, each after the one it answers: two are a round trip
 */
public record Progress(
        long received,
        long duplicates,
        long missing,
        long sent,
        long bytesIn,
        long bytesOut,
        long legs) {

    /** Of a session that has not begun. */
    public static final Progress NONE = new Progress(0, 0, 0, 0, 0, 0, 0);
}
