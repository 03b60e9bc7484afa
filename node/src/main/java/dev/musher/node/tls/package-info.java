/**
 * Certificates of a daemon that others can reach: made, read and compared. Who is believed is not
 * decided here but by the signed handshake of peers, which names the certificate each end saw, and
 * by the fingerprint that an invite and {@code run.json} carry; no authority is asked.
 */
@NullMarked
package dev.musher.node.tls;

import org.jspecify.annotations.NullMarked;
