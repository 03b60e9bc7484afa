package dev.musher.node.store;

import java.util.OptionalLong;

/** Another process has the store open. */
public final class StoreLockedException extends StoreException {
    private static final long serialVersionUID = 1L;

    private final String dir;
    private final long pid;

    StoreLockedException(String dir, OptionalLong pid, Throwable cause) {
        super(
                "the store in "
                        + dir
                        + " is in use"
                        + (pid.isPresent() ? " by process " + pid.getAsLong() : "")
                        + ": stop that process, or choose another home",
                cause);
        this.dir = dir;
        this.pid = pid.orElse(-1);
    }

    /** Folder of the store. */
    public String dir() {
        return dir;
    }

    /** Process that has it open, where known. */
    public OptionalLong pid() {
        return pid < 0 ? OptionalLong.empty() : OptionalLong.of(pid);
    }
}
