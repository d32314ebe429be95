// What callers may know of a function, so that calling it costs less. A flat one is small, calls nothing, never loops and
// costs the same on every path that returns: a bounds check around a load, a field's accessor. Its price is taken where
// it is called, as an instruction's is, its frame is part of the caller's, and it keeps its type. A quiet one reaches no
// host function, so nobody sees the gas before it returns, and what follows the call is paid before it.
import { ByteReader } from './byte-reader.js';
import { entryCost, FRAME_WEIGHT, type InstructionCosts } from './costs.js';
import type { BodyCode } from './decode-body.js';
import { functionType, type WasmModule } from './module.js';
import { OP, PUSHES, takesLength } from './opcodes.js';

/**
 * What a flat function may cost, and its body have of bytes. A caller takes the price unchecked up to its next check, so
 * the first bounds what a body of calls can run on without gas (adr/0007).
 */
const FLAT_GAS_MAX = 128;
const FLAT_BYTES_MAX = 128;

/** One flat function. */
export interface FlatFunction {
  /** Gas of every call that returns, beside the caller's `call`. */
  readonly price: number;
  /** Depth weight of its frame. */
  readonly weight: number;
}

/** By function index. */
export interface Callees {
  readonly flat: ReadonlyMap<number, FlatFunction>;
  /** Those that may reach a host function; imported ones are not among them. */
  readonly loud: ReadonlySet<number>;
}

/**
 * The flat functions of a valid module. Exported, referenced and placed in a table are none: those are called by type.
 * @param bodies decoded, in order; @param references code may take a reference of any function
 */
export function findFlatFunctions(
  module: WasmModule,
  bodies: readonly BodyCode[],
  costs: InstructionCosts,
  prices: Uint32Array,
  references: boolean,
): ReadonlyMap<number, FlatFunction> {
  const flat = new Map<number, FlatFunction>();
  if (references) return flat;
  const byType = new Set(calledByType(module));
  for (const [defined, body] of module.bodies.entries()) {
    const index = module.importedFunctions + defined;
    const code = bodies[defined]!;
    if (body.end - body.start > FLAT_BYTES_MAX || byType.has(index)) continue;
    const price = onePrice(module, code, prices, entryCost(costs, body.locals));
    if (price === undefined || price > FLAT_GAS_MAX) continue;
    const parameters = functionType(module, index)!.params.length;
    flat.set(index, { price, weight: FRAME_WEIGHT + parameters + body.locals + valuesOf(code) });
  }
  return flat;
}

/** The functions that call an imported one, or by type, or another that does. Linear in the calls. */
export function findLoudFunctions(module: WasmModule, bodies: readonly BodyCode[]): ReadonlySet<number> {
  const loud = new Set<number>();
  const callers = new Map<number, number[]>();
  for (const [defined, { ops, immediates, count }] of bodies.entries()) {
    const index = module.importedFunctions + defined;
    for (let row = 0; row < count; row++) {
      const target = immediates[row]!;
      if (ops[row] === OP.callIndirect) loud.add(index);
      if (ops[row] !== OP.call) continue;
      if (target < module.importedFunctions) loud.add(index);
      else if (!callers.has(target)) callers.set(target, [index]);
      else if (callers.get(target)!.at(-1) !== index) callers.get(target)!.push(index);
    }
  }
  // A set hands out what is added while it is walked.
  for (const index of loud) for (const caller of callers.get(index) ?? []) loud.add(caller);
  return loud;
}

function* calledByType({ exports, start, elements }: WasmModule): Iterable<number> {
  for (const { kind, index } of exports) if (kind === 'function') yield index;
  if (start !== undefined) yield start.function;
  for (const { functions, expressions } of elements) {
    yield* functions;
    for (const { opcode, value } of expressions) if (opcode === OP.refFunc) yield value!;
  }
}

function valuesOf({ ops, count }: BodyCode): number {
  let values = 0;
  for (let row = 0; row < count; row++) values += PUSHES[ops[row]!]!;
  return values;
}

/** One open construct; costs count from the function's entry, undefined where control does not come. */
interface Label {
  /** Before the construct. */
  readonly before: number | undefined;
  /** An `if` without its `else` so far. */
  half: boolean;
  /** At its end, of all paths that come there. */
  after: number | undefined;
}

/** What every path that returns costs, `entry` included; undefined when they differ, or none does. */
function onePrice(
  module: WasmModule,
  code: BodyCode,
  prices: Uint32Array,
  entry: number,
): number | undefined {
  const labels: Label[] = [{ before: entry, half: false, after: undefined }];
  let cost: number | undefined = entry;
  let same = true;
  /** Control comes to the label's end, now. */
  const join = (label: Label, at: number | undefined): void => {
    if (at === undefined) return;
    same &&= label.after === undefined || label.after === at;
    label.after = at;
  };
  const branch = (depth: number): void => join(labels[labels.length - 1 - depth]!, cost);
  for (let row = 0; row < code.count && same; row++) {
    const op = code.ops[row]!;
    if (NEVER_FLAT.has(op) || takesLength(op)) return undefined;
    if (cost !== undefined) cost += prices[op]!;
    switch (op) {
      case OP.block:
      case OP.if:
        labels.push({ before: cost, half: op === OP.if, after: undefined });
        break;
      case OP.else: {
        const label = labels.at(-1)!;
        label.half = false;
        join(label, cost);
        cost = label.before;
        break;
      }
      case OP.end: {
        const label = labels.pop()!;
        join(label, cost);
        if (label.half) join(label, label.before);
        cost = label.after;
        break;
      }
      case OP.brIf:
        branch(code.immediates[row]!);
        break;
      case OP.br:
        branch(code.immediates[row]!);
        cost = undefined;
        break;
      case OP.brTable:
        for (const depth of targets(module, code.offsets[row]!)) branch(depth);
        cost = undefined;
        break;
      case OP.return:
        branch(labels.length - 1);
        cost = undefined;
        break;
      case OP.unreachable:
        cost = undefined;
        break;
      default:
    }
  }
  return same ? cost : undefined;
}

/** Loops run again, calls and growth look at the gas. */
const NEVER_FLAT: ReadonlySet<number> = new Set([OP.loop, OP.call, OP.callIndirect, OP.memoryGrow]);

function* targets({ bytes }: WasmModule, offset: number): Iterable<number> {
  const reader = new ByteReader(bytes, offset + 1, bytes.length);
  for (let left = reader.u32(); left >= 0; left--) yield reader.u32();
}
