package dev.musher.ops.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Processor time: what a figure costs, whoever else uses the machine meanwhile. */
final class Cpu {

    private Cpu() {}

    /** Processor time of this process so far, all threads, compilers and collectors too, ns. */
    static long processNs() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    /** Processor time of this thread so far, ns. */
    static long threadNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
