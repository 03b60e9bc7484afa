package dev.musher.ops.mutants;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.BiFunction;

/**
 * Loads this project's classes anew, altered on the way. Everything else comes from the parent, so
 * two loaders share nothing of the project and can run side by side.
 */
final class AlteredLoader extends ClassLoader {

    private static final String OURS = "dev.musher.";

    private final BiFunction<String, byte[], byte[]> alter;

    /** Alters each class of the project, by its binary name, with {@code alter}. */
    AlteredLoader(ClassLoader parent, BiFunction<String, byte[], byte[]> alter) {
        super(parent);
        this.alter = alter;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = alter.apply(name, read(getParent(), name));
        return defineClass(name, bytes, 0, bytes.length);
    }

    /** The class file of a class as it was built. */
    static byte[] read(ClassLoader from, String name) throws ClassNotFoundException {
        try (InputStream in = from.getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("class " + name + " cannot be read", e);
        }
    }
}
