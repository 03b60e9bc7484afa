package dev.musher.ops;

import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds code that walks a hash collection, whose order is no function of its content.
 *
 * <p>A heuristic over the byte code, on purpose: a walk is seen where the receiver's static type is
 * a hash collection, or where it is a local variable or field that the same class fills with {@code
 * new HashMap} and the like, whatever its declared type. What comes in by parameter or goes through
 * a helper is not seen; the simulator's trace hash is the net below.
 */
final class HashOrder {
    private static final Set<String> HASHED =
            Set.of(
                    "java/util/HashMap",
                    "java/util/HashSet",
                    "java/util/IdentityHashMap",
                    "java/util/WeakHashMap",
                    "java/util/concurrent/ConcurrentHashMap",
                    "java/util/concurrent/ConcurrentHashMap$KeySetView");
    private static final Set<String> WALKS =
            Set.of(
                    "keySet",
                    "values",
                    "entrySet",
                    "iterator",
                    "forEach",
                    "stream",
                    "spliterator",
                    "toArray",
                    "removeIf",
                    "replaceAll",
                    "toString");
    private static final Set<String> COLLECTIONS =
            Set.of(
                    "java/util/Map",
                    "java/util/Set",
                    "java/util/Collection",
                    "java/lang/Iterable",
                    "java/util/AbstractMap");

    /** Collections whose order differs from one JVM to the next even for equal content. */
    private static final Set<String> SALTED =
            Set.of(
                    "java/util/Set.of",
                    "java/util/Set.copyOf",
                    "java/util/Map.of",
                    "java/util/Map.copyOf",
                    "java/util/Map.ofEntries");

    /** Ends of a stream whose result does not depend on its order. */
    private static final Set<String> ORDERLESS =
            Set.of("sorted", "count", "anyMatch", "allMatch", "noneMatch", "sum", "max", "min");

    private static final Set<String> STREAM_GOES_ON =
            Set.of("filter", "map", "mapToInt", "mapToLong", "flatMap", "distinct");

    private HashOrder() {}

    /** Each finding as {@code Class.method (line n): what}. */
    static List<String> walks(ClassModel model) {
        Set<String> fields = new TreeSet<>();
        for (MethodModel method : model.methods()) {
            method.code().ifPresent(code -> fields.addAll(hashedFields(code)));
        }
        List<String> found = new ArrayList<>();
        for (MethodModel method : model.methods()) {
            method.code().ifPresent(code -> scan(model, method, code, fields, found));
        }
        return found;
    }

    private static Set<String> hashedFields(CodeModel code) {
        Set<String> fields = new TreeSet<>();
        Instruction before = null;
        for (CodeElement element : code) {
            if (element instanceof Instruction now) {
                if (now instanceof FieldInstruction field
                        && (field.opcode() == Opcode.PUTFIELD || field.opcode() == Opcode.PUTSTATIC)
                        && makesHashed(before)) {
                    fields.add(key(field));
                }
                before = now;
            }
        }
        return fields;
    }

    private static void scan(
            ClassModel model,
            MethodModel method,
            CodeModel code,
            Set<String> fields,
            List<String> found) {
        Set<Integer> locals = new TreeSet<>();
        Instruction before = null;
        int line = 0;
        List<CodeElement> elements = code.elementList();
        for (int at = 0; at < elements.size(); at++) {
            CodeElement element = elements.get(at);
            if (element instanceof LineNumber number) {
                line = number.line();
            }
            if (!(element instanceof Instruction now)) {
                continue;
            }
            if (now instanceof StoreInstruction store) {
                if (makesHashed(before)) {
                    locals.add(store.slot());
                } else {
                    locals.remove(store.slot());
                }
            } else if (now instanceof InvokeInstruction call
                    && WALKS.contains(call.name().stringValue())) {
                String owner = call.owner().asInternalName();
                boolean hashed =
                        HASHED.contains(owner)
                                || (COLLECTIONS.contains(owner)
                                        && (makesHashed(before)
                                                || (before instanceof LoadInstruction load
                                                        && locals.contains(load.slot()))
                                                || (before instanceof FieldInstruction field
                                                        && fields.contains(key(field)))));
                if (hashed
                        && takesNothingButReceiver(call)
                        && !orderIsDropped(elements.subList(at + 1, elements.size()))) {
                    found.add(
                            model.thisClass().asInternalName().replace('/', '.')
                                    + "."
                                    + method.methodName().stringValue()
                                    + " (line "
                                    + line
                                    + "): "
                                    + owner.substring(owner.lastIndexOf('/') + 1)
                                    + "."
                                    + call.name().stringValue());
                }
            }
            before = now;
        }
    }

    /**
     * The walk goes straight into a sorted collection, or into a stream that is sorted or counted.
     */
    private static boolean orderIsDropped(List<CodeElement> rest) {
        boolean inStream = false;
        for (CodeElement element : rest) {
            if (!(element instanceof InvokeInstruction call)) {
                continue;
            }
            String name = call.name().stringValue();
            String owner = call.owner().asInternalName();
            if (owner.startsWith("java/util/stream/")) {
                if (ORDERLESS.contains(name)) {
                    return true;
                }
                if (!STREAM_GOES_ON.contains(name)) {
                    return false;
                }
                inStream = true;
            } else if (name.equals("stream")) {
                inStream = true;
            } else if (!inStream) {
                return name.equals("<init>")
                        && (owner.equals("java/util/TreeSet") || owner.equals("java/util/TreeMap"));
            }
        }
        return false;
    }

    /**
     * Calls with arguments are seen by static type only: the instruction before them loads an
     * argument, not the receiver.
     */
    private static boolean takesNothingButReceiver(InvokeInstruction call) {
        return call.typeSymbol().parameterCount() == 0
                || HASHED.contains(call.owner().asInternalName());
    }

    private static boolean makesHashed(@Nullable Instruction instruction) {
        if (!(instruction instanceof InvokeInstruction call)) {
            return false;
        }
        String owner = call.owner().asInternalName();
        return (call.opcode() == Opcode.INVOKESPECIAL
                        && call.name().equalsString("<init>")
                        && HASHED.contains(owner))
                || (call.opcode() == Opcode.INVOKESTATIC
                        && SALTED.contains(owner + "." + call.name().stringValue()));
    }

    private static String key(FieldInstruction field) {
        return field.owner().asInternalName() + "." + field.name().stringValue();
    }
}
