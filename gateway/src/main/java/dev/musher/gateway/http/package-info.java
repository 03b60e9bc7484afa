/**
 * The HTTP interface of the gateway: the list of projects, the board and the events of all, each
 * project's own interface below its path, sign-in, and the page. Stands on {@code node.web}, so
 * that hostile requests are answered as a node answers them, and on {@code node.http} for all that
 * concerns one project.
 *
 * <p>The page's files are routes like any other, one for each name in a list: no path of a request
 * ever becomes the name of a resource.
 */
@NullMarked
package dev.musher.gateway.http;

import org.jspecify.annotations.NullMarked;
