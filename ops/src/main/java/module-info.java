/** The command line, the simulator, load and benchmarks. */
module dev.musher.ops {
    requires dev.musher.gateway;
    requires com.fasterxml.jackson.core;
    requires com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.dataformat.yaml;
    requires info.picocli;
    requires java.net.http;
    requires java.management;
    requires jdk.management;
    requires HdrHistogram;
    requires jmh.core;
    requires org.jacoco.core;
    requires org.slf4j;
    requires static transitive org.jspecify;

    opens dev.musher.ops.attack to
            info.picocli;
    opens dev.musher.ops.bench to
            info.picocli;
    opens dev.musher.ops.cli to
            info.picocli;
    opens dev.musher.ops.demo to
            info.picocli;
    opens dev.musher.ops.load to
            info.picocli;
}
