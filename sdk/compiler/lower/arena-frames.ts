// The arena in compiled code (sdk/assembly/arena.ts). Wide numbers are pointers; operators put their results into the
// arena. A function notes at entry where the arena ends, gives each of its variables a slot there, and takes back what
// lies behind after each statement; at return the result moves to where the function began. What leaves this order is
// copied: into struct fields (their own slot), globals, elements of arrays and results of callbacks (the heap).
import type { Expression, Statement } from 'assemblyscript';
import {
  type Code,
  type CompilerLike,
  FLOW_TERMINATES,
  FUNCTION_FLAGS,
  type FunctionLike,
  type LocalLike,
  type PropertyLike,
  REFS,
} from './compiler-internals.js';
import { callLibrary, type Frame, isOurs, type Lowering, widthOf } from './lowering.js';

/** Sets a compiled call's target. */
export type Retarget = (call: Code, target: number) => void;

/** Kinds of syntax nodes (the compiler's NodeKind). */
const NODE = { binary: 9, call: 10, new: 18, property: 22, postfix: 28, prefix: 29 } as const;
const MAKES_NUMBERS: ReadonlySet<number> = new Set(Object.values(NODE));
const STATEMENT = { break: 32, continue: 33, do: 34, for: 40, return: 44, throw: 46, while: 50 } as const;
const LEAVES: ReadonlySet<number> = new Set([
  STATEMENT.break,
  STATEMENT.continue,
  STATEMENT.return,
  STATEMENT.throw,
]);

/** The frame of the function at work, when its code may release. */
function openFrame(compiler: CompilerLike, lowering: Lowering): Frame | undefined {
  const flow = compiler.currentFlow;
  return flow.isInline ? undefined : lowering.frames.get(flow.targetFunction);
}

/** Around a function's body: its frame, and the code that opens and closes it. */
export function lowerBody(
  compiler: CompilerLike,
  lowering: Lowering,
  instance: FunctionLike,
  statements: Code[],
  compile: () => boolean,
  retarget: Retarget,
): boolean {
  const flow = compiler.currentFlow;
  if (flow.isInline || !isOurs(lowering, instance)) return compile();
  const local = (): number => instance.addLocal(pointerType(compiler)).index;
  const frame: Frame = {
    slots: 0,
    offsets: new Map(),
    dirty: false,
    temporaries: false,
    entry: local(),
    base: local(),
    top: local(),
    releases: [],
  };
  lowering.frames.set(instance, frame);
  const done = compile();
  const { module } = compiler;
  if (frame.dirty) {
    const mark = (): Code => callLibrary(compiler, 'arena/mark', [], REFS.i32);
    const slots = (): Code => callLibrary(compiler, 'arena/reserve', [module.i32(frame.slots)], REFS.i32);
    statements.unshift(
      module.local_set(frame.entry, mark(), false),
      ...(frame.slots === 0 ? [] : [module.local_set(frame.base, slots(), false)]),
      module.local_set(frame.top, mark(), false),
    );
    const isVoid = instance.signature.returnType.toRef() === REFS.none;
    if (isVoid && !flow.is(FLOW_TERMINATES) && !instance.is(FUNCTION_FLAGS.constructor)) {
      statements.push(release(compiler, frame.entry));
    }
  } else {
    callLibrary(compiler, 'arena/nothing', [module.i32(0)], REFS.none);
    const target = module.allocStringCached(libraryName(compiler, 'arena/nothing'));
    for (const call of frame.releases) retarget(call, target);
  }
  return done;
}

function libraryName(compiler: CompilerLike, name: string): string {
  const prototype = compiler.program.elementsByName.get(`~lib/@weft/sdk/assembly/${name}`);
  return compiler.resolver.resolveFunction(prototype, null)?.internalName ?? name;
}

/** The type of a pointer: that of `usize` in the resolved signature of `arena/mark`. */
function pointerType(compiler: CompilerLike) {
  const prototype = compiler.program.elementsByName.get('~lib/@weft/sdk/assembly/arena/mark');
  const instance = compiler.resolver.resolveFunction(prototype, null);
  return (instance as FunctionLike).signature.returnType;
}

function release(compiler: CompilerLike, local: number): Code {
  const { module } = compiler;
  return callLibrary(compiler, 'arena/release', [module.local_get(local, REFS.i32)], REFS.none);
}

/** After a statement, what it left in the arena goes. */
export function lowerStatement(
  compiler: CompilerLike,
  lowering: Lowering,
  statement: Statement,
  compile: () => Code,
): Code {
  const frame = openFrame(compiler, lowering);
  if (!frame) return compile();
  if (
    statement.kind === STATEMENT.for ||
    statement.kind === STATEMENT.while ||
    statement.kind === STATEMENT.do
  ) {
    const { condition, incrementor } = statement as Statement & {
      condition?: Expression | null;
      incrementor?: Expression | null;
    };
    if (condition) lowering.passing.add(condition);
    if (incrementor) lowering.passing.add(incrementor);
  }
  const outer = frame.temporaries;
  frame.temporaries = false;
  const code = compile();
  const used = frame.temporaries;
  frame.temporaries = outer;
  if (!used || LEAVES.has(statement.kind)) return code;
  return compiler.module.block(null, [code, release(compiler, frame.top)], REFS.none);
}

/** A return without a value still closes the frame; one with a value closes it when the value is there. */
export function lowerReturn(
  compiler: CompilerLike,
  lowering: Lowering,
  value: Expression | null,
  compile: () => Code,
): Code {
  const frame = openFrame(compiler, lowering);
  if (!frame) return compile();
  if (value) {
    lowering.returned.add(value);
    return compile();
  }
  const call = release(compiler, frame.entry);
  frame.releases.push(call);
  return compiler.module.block(null, [call, compile()], REFS.none);
}

/** Notes what an expression leaves in the arena, and moves its value where it must be. */
export function lowerExpression(
  compiler: CompilerLike,
  lowering: Lowering,
  expression: Expression,
  compile: () => Code,
): Code {
  const frame = lowering.frames.get(compiler.currentFlow.targetFunction);
  if (!frame) return compile();
  const inline = compiler.currentFlow.isInline;
  const passing = !inline && lowering.passing.has(expression);
  const outer = frame.temporaries;
  if (passing) frame.temporaries = false;
  let code = compile();
  const type = compiler.currentType;
  const width = widthOf(type);
  if ((width && MAKES_NUMBERS.has(expression.kind)) || expression.kind === NODE.new) {
    frame.dirty = true;
    frame.temporaries = true;
  }
  if (passing) {
    if (frame.temporaries) code = thenRelease(compiler, code, release(compiler, frame.top));
    frame.temporaries = outer;
  }
  if (width && lowering.kept.has(expression)) code = keep(compiler, width, code);
  if (!inline && lowering.returned.has(expression))
    code = lowerResult(compiler, lowering, frame, code, width);
  compiler.currentType = type;
  return code;
}

function lowerResult(
  compiler: CompilerLike,
  lowering: Lowering,
  frame: Frame,
  code: Code,
  width: 16 | 32 | undefined,
): Code {
  const { module } = compiler;
  const callback = lowering.callbacks.has(compiler.currentFlow.sourceFunction.declaration);
  if (width && !callback) {
    frame.dirty = true;
    const operands = [module.local_get(frame.entry, REFS.i32), code];
    return callLibrary(compiler, `arena/leave${width}`, operands, REFS.i32);
  }
  const call = release(compiler, frame.entry);
  frame.releases.push(call);
  return thenRelease(compiler, width ? keep(compiler, width, code) : code, call);
}

/** The value, and a call after it is there. */
function thenRelease(compiler: CompilerLike, code: Code, call: Code): Code {
  const { module } = compiler;
  const type = compiler.currentType;
  const ref = type.toRef();
  if (ref === REFS.none) return module.block(null, [code, call], REFS.none);
  const local = compiler.currentFlow.getTempLocal(type);
  return module.block(
    null,
    [module.local_set(local.index, code, false), call, module.local_get(local.index, ref)],
    ref,
  );
}

/** A copy on the heap. */
function keep(compiler: CompilerLike, width: 16 | 32, code: Code): Code {
  return callLibrary(compiler, `arena/keep${width}`, [code], REFS.i32);
}

/** What a variable is assigned goes into its slot; as part of an expression it goes to the heap. */
export function lowerLocalValue(
  compiler: CompilerLike,
  lowering: Lowering,
  local: LocalLike,
  value: Code,
  tee: boolean,
): Code {
  const width = widthOf(local.type);
  const frame = openFrame(compiler, lowering);
  if (!width || !frame) return value;
  frame.dirty = true;
  if (tee) return keep(compiler, width, value);
  let offset = frame.offsets.get(local.index);
  if (offset === undefined) {
    offset = frame.slots;
    frame.slots += width;
    frame.offsets.set(local.index, offset);
  }
  const { module } = compiler;
  const base = module.local_get(frame.base, REFS.i32);
  const slot = offset === 0 ? base : module.binary(ADD_I32, base, module.i32(offset));
  return callLibrary(compiler, `arena/own${width}`, [slot, value], REFS.i32);
}

const ADD_I32 = 0;

/** Globals hold copies of their own. */
export function lowerGlobalValue(
  compiler: CompilerLike,
  type: Parameters<typeof widthOf>[0],
  value: Code,
): Code {
  const width = widthOf(type);
  return width ? keep(compiler, width, value) : value;
}

/** Wide numbers handed to code that is not ours, arrays above all, are copies of their own. */
export function lowerOperands(
  compiler: CompilerLike,
  lowering: Lowering,
  instance: FunctionLike,
  operands: Code[] | null,
): void {
  if (!operands || !isOurs(lowering, compiler.currentFlow.sourceFunction)) return;
  if (!instance.internalName.startsWith('~lib/') || instance.internalName.startsWith('~lib/@weft/')) return;
  const first = instance.is(FUNCTION_FLAGS.instance) ? 1 : 0;
  for (const [index, type] of instance.signature.parameterTypes.entries()) {
    const width = widthOf(type);
    const operand = operands[first + index];
    if (width && operand !== undefined) operands[first + index] = keep(compiler, width, operand);
  }
}

/** A field's reads are copies of what it holds then; undefined for fields that are no wide numbers of ours. */
export function lowerGetter(compiler: CompilerLike, property: PropertyLike): number | undefined {
  const width = fieldWidth(property);
  if (!width) return undefined;
  const { module } = compiler;
  const getter = property.getterInstance;
  getter.set(FUNCTION_FLAGS.compiled);
  const code = callLibrary(compiler, `arena/take${width}`, [fieldAt(compiler, property)], REFS.i32);
  return module.addFunction(getter.internalName, REFS.i32, REFS.i32, null, code);
}

/** A field's writes go into its slot. */
export function lowerSetter(
  compiler: CompilerLike,
  property: PropertyLike,
  parameters: number,
): number | undefined {
  const width = fieldWidth(property);
  if (!width) return undefined;
  const { module } = compiler;
  const setter = property.setterInstance;
  setter.set(FUNCTION_FLAGS.compiled);
  const operands = [fieldAt(compiler, property), module.local_get(1, REFS.i32)];
  const code = callLibrary(compiler, `arena/put${width}`, operands, REFS.none);
  return module.addFunction(setter.internalName, parameters, REFS.none, null, code);
}

function fieldWidth(property: PropertyLike): 16 | 32 | undefined {
  const { source } = property.parent.declaration.range;
  return source.isLibrary || source.isNative ? undefined : widthOf(property.type);
}

function fieldAt(compiler: CompilerLike, property: PropertyLike): Code {
  const { module } = compiler;
  const at = module.local_get(0, REFS.i32);
  return property.memoryOffset === 0 ? at : module.binary(ADD_I32, at, module.i32(property.memoryOffset));
}
