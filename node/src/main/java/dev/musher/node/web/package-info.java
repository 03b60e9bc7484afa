/**
 * What every HTTP server of the product shares: who may call, how routes are found, how bodies are
 * bounded, how events are streamed. Knows nothing of items; the node's and the gateway's interfaces
 * stand on it, so that both answer hostile requests alike.
 *
 * <p>Rules, in the order they are checked: the Host header names this server (421, against DNS
 * rebinding); the route exists (404, 405); an Origin header, where there is one, is this server's
 * own (403), and a cookie needs one on everything but GET; the caller is known (401); the body says
 * it is JSON (415) and stays within its bound (413). There are no CORS headers at all.
 *
 * <p>Vert.x defaults that are changed, since each was seen to hurt: compression off in both forms,
 * frame and message limits, an idle time-out, no clear-text HTTP/2, the write queue asked before
 * each write to a stream.
 */
@NullMarked
package dev.musher.node.web;

import org.jspecify.annotations.NullMarked;
