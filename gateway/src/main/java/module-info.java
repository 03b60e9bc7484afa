/** Many projects as one view: aggregation, HTTP, the page. */
module dev.musher.gateway {
    requires transitive dev.musher.node;
    requires com.fasterxml.jackson.databind;
    requires org.slf4j;
    requires static transitive org.jspecify;
}
