package dev.musher.ops.mutants;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * Changes the code of one method. Remembers whether it found what it was to change. Not thread
 * safe.
 */
final class Mutation {

    private final Mutant mutant;
    private boolean applied;

    Mutation(Mutant mutant) {
        this.mutant = mutant;
    }

    /** Whether the method was seen and changed. */
    boolean applied() {
        return applied;
    }

    /** The class with this name, changed if it is the one. */
    byte[] apply(String name, byte[] bytes) {
        return name.equals(mutant.type()) ? change(bytes) : bytes;
    }

    private byte[] change(byte[] bytes) {
        ClassFile file = ClassFile.of();
        ClassModel model = file.parse(bytes);
        return file.transformClass(
                model,
                ClassTransform.transformingMethods(
                        method ->
                                method.methodName().equalsString(mutant.method())
                                        && method.code().isPresent(),
                        (builder, element) -> {
                            if (element instanceof java.lang.classfile.CodeModel code) {
                                MethodModel method = code.parent().orElseThrow();
                                builder.transformCode(code, transform(method));
                            } else {
                                builder.with(element);
                            }
                        }));
    }

    private CodeTransform transform(MethodModel method) {
        MethodTypeDesc type = method.methodTypeSymbol();
        return switch (mutant.change()) {
            case Mutant.Change.Answer answer -> answer(type.returnType(), answer.value());
            case Mutant.Change.Negate negate -> negate(negate.nth());
            case Mutant.Change.Stay stay -> stay(stay.nth());
            case Mutant.Change.Drop drop -> drop(drop.call());
            case Mutant.Change.Swap swap -> swap(swap.call(), swap.instead());
            case Mutant.Change.Alter alter -> alter(method, alter.by());
            case Mutant.Change.Given given -> given(method, given.argument(), given.by());
        };
    }

    private CodeTransform answer(ClassDesc type, int value) {
        return new CodeTransform() {
            private boolean done;

            @Override
            public void accept(CodeBuilder code, CodeElement element) {
                if (!done) {
                    done = true;
                    applied = true;
                    push(code, TypeKind.from(type), value);
                    code.return_(TypeKind.from(type));
                }
            }
        };
    }

    private CodeTransform negate(int nth) {
        return jump(nth, (code, jump) -> code.branch(opposite(jump.opcode()), jump.target()));
    }

    private CodeTransform stay(int nth) {
        return jump(
                nth,
                (code, jump) -> {
                    code.pop();
                    if (jump.opcode().name().startsWith("IF_")) {
                        code.pop(); // it compares two
                    }
                });
    }

    private CodeTransform jump(int nth, BiConsumer<CodeBuilder, BranchInstruction> instead) {
        return CodeTransform.ofStateful(() ->
                new CodeTransform() {
                    private int seen;

                    @Override
                    public void accept(CodeBuilder code, CodeElement element) {
                        if (element instanceof BranchInstruction b
                                && opposite(b.opcode()) != null
                                && seen++ == nth) {
                            applied = true;
                            instead.accept(code, b);
                        } else {
                            code.with(element);
                        }
                    }
                });
    }

    private CodeTransform drop(String call) {
        return (code, element) -> {
            if (element instanceof InvokeInstruction invoke && invoke.name().equalsString(call)) {
                applied = true;
                MethodTypeDesc type = invoke.typeSymbol();
                for (int i = type.parameterCount() - 1; i >= 0; i--) {
                    pop(code, TypeKind.from(type.parameterType(i)));
                }
                if (invoke.opcode() != Opcode.INVOKESTATIC) {
                    code.pop();
                }
                push(code, TypeKind.from(type.returnType()), 0);
            } else {
                code.with(element);
            }
        };
    }

    private CodeTransform swap(String call, String instead) {
        return (code, element) -> {
            if (element instanceof InvokeInstruction invoke && invoke.name().equalsString(call)) {
                applied = true;
                code.invoke(
                        invoke.opcode(),
                        invoke.owner().asSymbol(),
                        instead,
                        invoke.typeSymbol(),
                        invoke.isInterface());
            } else {
                code.with(element);
            }
        };
    }

    private CodeTransform alter(MethodModel method, String by) {
        return (code, element) -> {
            if (element instanceof ReturnInstruction) {
                applied = true;
                bug(code, method, by);
            }
            code.with(element);
        };
    }

    private CodeTransform given(MethodModel method, int argument, String by) {
        TypeKind kind = TypeKind.from(method.methodTypeSymbol().parameterType(argument));
        return new CodeTransform() {
            @Override
            public void atStart(CodeBuilder code) {
                applied = true;
                int slot = code.parameterSlot(argument);
                code.loadLocal(kind, slot);
                bug(code, method, by);
                code.storeLocal(kind, slot);
            }

            @Override
            public void accept(CodeBuilder code, CodeElement element) {
                code.with(element);
            }
        };
    }

    /** Calls code of {@link Bugs} with what is on the stack, the object, and the arguments. */
    private static void bug(CodeBuilder code, MethodModel method, String by) {
        Method bug =
                Arrays.stream(Bugs.class.getDeclaredMethods())
                        .filter(each -> each.getName().equals(by))
                        .findAny()
                        .orElseThrow(() -> new IllegalStateException("no bug is named " + by));
        MethodTypeDesc type =
                MethodType.methodType(bug.getReturnType(), bug.getParameterTypes())
                        .describeConstable()
                        .orElseThrow();
        if (type.parameterCount() > 1) {
            code.aload(code.receiverSlot());
        }
        for (int i = 2; i < type.parameterCount(); i++) {
            code.loadLocal(
                    TypeKind.from(method.methodTypeSymbol().parameterType(i - 2)),
                    code.parameterSlot(i - 2));
        }
        code.invokestatic(ClassDesc.of(Bugs.class.getName()), by, type);
    }

    private static void pop(CodeBuilder code, TypeKind kind) {
        if (kind.slotSize() == 2) {
            code.pop2();
        } else {
            code.pop();
        }
    }

    private static void push(CodeBuilder code, TypeKind kind, int value) {
        switch (kind) {
            case VOID -> {}
            case LONG -> code.loadConstant((long) value);
            case FLOAT -> code.loadConstant((float) value);
            case DOUBLE -> code.loadConstant((double) value);
            case REFERENCE -> code.aconst_null();
            case BOOLEAN, BYTE, CHAR, SHORT, INT -> code.loadConstant(value);
        }
    }

    private static @org.jspecify.annotations.Nullable Opcode opposite(Opcode opcode) {
        return switch (opcode) {
            case IFEQ -> Opcode.IFNE;
            case IFNE -> Opcode.IFEQ;
            case IFLT -> Opcode.IFGE;
            case IFGE -> Opcode.IFLT;
            case IFGT -> Opcode.IFLE;
            case IFLE -> Opcode.IFGT;
            case IFNULL -> Opcode.IFNONNULL;
            case IFNONNULL -> Opcode.IFNULL;
            case IF_ICMPEQ -> Opcode.IF_ICMPNE;
            case IF_ICMPNE -> Opcode.IF_ICMPEQ;
            case IF_ICMPLT -> Opcode.IF_ICMPGE;
            case IF_ICMPGE -> Opcode.IF_ICMPLT;
            case IF_ICMPGT -> Opcode.IF_ICMPLE;
            case IF_ICMPLE -> Opcode.IF_ICMPGT;
            case IF_ACMPEQ -> Opcode.IF_ACMPNE;
            case IF_ACMPNE -> Opcode.IF_ACMPEQ;
            default -> null;
        };
    }
}
