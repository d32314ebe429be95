// Small functions that call nothing, never loop and cost the same on every path that returns: bounds checks around a
// load, field accessors, arithmetic on a pair. Their price is taken where they are called, as an instruction's is, and
// their frame is part of the caller's; so they keep their type, and nothing is threaded through them.
import { ByteReader } from './byte-reader.js';
import { entryCost, FRAME_WEIGHT, type InstructionCosts } from './costs.js';
import { type BodyCode, decodeBody } from './decode-body.js';
import { functionType, type WasmModule } from './module.js';
import { OP, PUSHES, takesLength } from './opcodes.js';
import type { ReadRules } from './read-rules.js';

/**
 * What a flat function may cost, and its body have of bytes. A caller takes the price unchecked up to its next check, so
 * the first bounds what a body of calls can run on without gas: 32,000 calls, about two milliseconds.
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

/**
 * The flat functions of a valid module, by function index. Exported, referenced and placed in a table are none: those
 * are called by type. `code` is scratch. Linear in the bytes of the small bodies.
 */
export function findFlatFunctions(
  module: WasmModule,
  rules: ReadRules,
  costs: InstructionCosts,
  prices: Uint32Array,
  code: BodyCode,
): ReadonlyMap<number, FlatFunction> {
  const flat = new Map<number, FlatFunction>();
  // Code may take a reference of any function.
  if (rules.accepts.has('reference-types')) return flat;
  const byType = new Set(calledByType(module));
  for (const [defined, body] of module.bodies.entries()) {
    const index = module.importedFunctions + defined;
    if (body.end - body.start > FLAT_BYTES_MAX || byType.has(index)) continue;
    decodeBody(module, body, rules, code);
    const price = onePrice(module, code, prices, entryCost(costs, body.locals));
    if (price === undefined || price > FLAT_GAS_MAX) continue;
    const parameters = functionType(module, index)!.params.length;
    flat.set(index, { price, weight: FRAME_WEIGHT + parameters + body.locals + valuesOf(code) });
  }
  return flat;
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
