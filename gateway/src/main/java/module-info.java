/** Many projects as one view: aggregation, HTTP, the page. */
module dev.musher.gateway {
    requires transitive dev.musher.node;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports dev.musher.gateway;
    exports dev.musher.gateway.http;
    exports dev.musher.gateway.view;
}
