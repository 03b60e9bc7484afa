/**
 * Signatures: what a device signs with and the one way the mesh checks it. {@link Signer} and
 * {@link Verifier} are the ports; {@link dev.musher.protocol.crypto.Ed25519Signer} and {@link
 * dev.musher.protocol.crypto.Ed25519Verifier} are the real pair, {@link
 * dev.musher.protocol.crypto.KeyedHashSigner} and {@link
 * dev.musher.protocol.crypto.KeyedHashVerifier} a cheap deterministic pair for simulations. Nothing
 * here reads a file, a clock or a source of randomness: secrets come in as arguments.
 */
@NullMarked
package dev.musher.protocol.crypto;

import org.jspecify.annotations.NullMarked;
