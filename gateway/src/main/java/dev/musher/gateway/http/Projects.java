package dev.musher.gateway.http;

import dev.musher.gateway.view.ProjectView;
import dev.musher.node.http.Backend;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The projects that the gateway holds. Thread safe. */
public interface Projects {

    /** All, by id. Does not block. */
    List<Held> all();

    /** One by its id, 64 hexadecimal digits, or null. Does not block. */
    @Nullable Held find(String id);

    /**
     * Joins the project of an invite. Blocks while the store is opened; what is answered completes
     * once the project has let the gateway in, or when that takes long.
     */
    CompletionStage<Joining> add(String link);

    /**
     * Leaves a project; false where it is not held. Blocks while it is closed.
     *
     * @param delete also deletes what is stored of it, the device's key as well
     */
    boolean remove(String id, boolean delete);

    /** Calls {@code changed} after any change of what is held; it must return at once. */
    void onChange(Runnable changed);

    /** Does not call {@code changed} any more. */
    void forget(Runnable changed);

    /** One project. */
    interface Held {
        /** What is known of it. Does not block. */
        ProjectView view();

        /** Its reads and writes. */
        Backend backend();
    }

    /** How joining went. */
    sealed interface Joining {
        /**
         * It is held.
         *
         * @param admitted whether the project has let the gateway in; else that is waited for
         */
        record Done(Held project, boolean admitted) implements Joining {}

        /** The link cannot be used; the text says why. */
        record Unusable(String text) implements Joining {}
    }
}
