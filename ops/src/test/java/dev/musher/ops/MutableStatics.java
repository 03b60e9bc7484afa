package dev.musher.ops;

import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.FieldModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Finds static state: static fields that are not final, final ones that hold something mutable, and
 * arrays that other packages can write. What a final field holds is known from its declared type,
 * or from the constructor or factory call right before the assignment; what a method of this
 * project returned is not looked into.
 */
final class MutableStatics {
    private static final Set<String> MUTABLE =
            Set.of(
                    "java/util/ArrayList",
                    "java/util/LinkedList",
                    "java/util/ArrayDeque",
                    "java/util/PriorityQueue",
                    "java/util/HashMap",
                    "java/util/LinkedHashMap",
                    "java/util/TreeMap",
                    "java/util/EnumMap",
                    "java/util/IdentityHashMap",
                    "java/util/WeakHashMap",
                    "java/util/HashSet",
                    "java/util/LinkedHashSet",
                    "java/util/TreeSet",
                    "java/util/BitSet",
                    "java/util/Random",
                    "java/util/SplittableRandom",
                    "java/util/Properties",
                    "java/lang/StringBuilder",
                    "java/lang/ThreadLocal",
                    "java/text/SimpleDateFormat",
                    "java/util/concurrent/ConcurrentHashMap",
                    "java/util/concurrent/ConcurrentSkipListMap",
                    "java/util/concurrent/ConcurrentLinkedQueue",
                    "java/util/concurrent/CopyOnWriteArrayList",
                    "java/util/concurrent/atomic/AtomicBoolean",
                    "java/util/concurrent/atomic/AtomicInteger",
                    "java/util/concurrent/atomic/AtomicLong",
                    "java/util/concurrent/atomic/AtomicReference",
                    "java/util/concurrent/atomic/LongAdder");

    private MutableStatics() {}

    /** Each finding as {@code Class.field: why}. */
    static List<String> in(ClassModel model) {
        List<String> found = new ArrayList<>();
        String owner = model.thisClass().asInternalName().replace('/', '.');
        for (FieldModel field : model.fields()) {
            if (!field.flags().has(AccessFlag.STATIC) || field.flags().has(AccessFlag.SYNTHETIC)) {
                continue;
            }
            String name = owner + "." + field.fieldName().stringValue();
            String type = field.fieldType().stringValue();
            if (!field.flags().has(AccessFlag.FINAL)) {
                found.add(name + ": static and not final");
            } else if (type.startsWith("[")
                    && (field.flags().has(AccessFlag.PUBLIC)
                            || field.flags().has(AccessFlag.PROTECTED))) {
                found.add(name + ": an array that other packages can write to");
            } else if (type.startsWith("L")
                    && MUTABLE.contains(type.substring(1, type.length() - 1))) {
                found.add(name + ": static and mutable");
            }
        }
        for (MethodModel method : model.methods()) {
            if (method.methodName().equalsString("<clinit>")) {
                method.code().ifPresent(code -> assignments(owner, code, found));
            }
        }
        return found.stream().distinct().toList();
    }

    private static void assignments(String owner, Iterable<CodeElement> code, List<String> found) {
        Instruction before = null;
        for (CodeElement element : code) {
            if (element instanceof Instruction now) {
                if (now instanceof FieldInstruction field
                        && field.opcode() == Opcode.PUTSTATIC
                        && before instanceof InvokeInstruction call
                        && call.name().equalsString("<init>")
                        && MUTABLE.contains(call.owner().asInternalName())) {
                    found.add(owner + "." + field.name().stringValue() + ": static and mutable");
                }
                before = now;
            }
        }
    }
}
