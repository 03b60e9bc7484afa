/** One node: replica, store, links to peers, HTTP. */
module dev.musher.node {
    requires transitive dev.musher.protocol;
    requires transitive io.vertx.core;
    requires transitive io.vertx.web;
    requires com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.dataformat.toml;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires java.logging;
    requires micrometer.core;
    requires micrometer.registry.prometheus;
    requires org.bouncycastle.provider;
    requires org.slf4j;
    requires rocksdbjni;
    requires static transitive org.jspecify;

    exports dev.musher.node;
    exports dev.musher.node.link;
    exports dev.musher.node.net;
    exports dev.musher.node.http;
    exports dev.musher.node.replica;
    exports dev.musher.node.store;
    exports dev.musher.node.tls;
    exports dev.musher.node.verify;
    exports dev.musher.node.web;
}
