// First pass over a body: which gas to take where. A segment is a run of instructions that is entered only at its head
// and left only at its end; its summed price is taken at its head. A call ends a segment, so that whatever a host
// function reads, or a revert leaves, is exactly the price of the instructions executed so far. Also the depth weight.
import { ByteReader } from './byte-reader.js';
import { FRAME_WEIGHT } from './costs.js';
import type { BodyCode } from './decode-body.js';
import { type FunctionBody, functionType, type WasmModule } from './module.js';
import { OP, PUSHES, TYPE, takesLength } from './opcodes.js';
import { isRangeStore, storedType } from './track-stores.js';

/** What the first pass found; reused from body to body. */
export class BodyPlan {
  /** Gas to take before the instruction of the same row; 0 for none. */
  charges = new Uint32Array(256);
  /** Depth weight of a frame: 8 + parameters + locals + value-producing instructions, in words. */
  weight = 0;
  /** Whether the rewritten body needs the scratch local. */
  scratch = false;
  /** Types of the values it stores; of bulk operations that of their source or byte. */
  readonly stored = new Set<number>();

  reset(rows: number): void {
    if (this.charges.length < rows) this.charges = new Uint32Array(rows);
    else this.charges.fill(0, 0, rows);
    this.weight = 0;
    this.scratch = false;
    this.stored.clear();
  }
}

/** One open construct. */
interface Label {
  readonly op: number;
  /** Row of the construct's start was reachable. */
  readonly live: boolean;
  /** A reachable branch goes to its end. */
  targeted: boolean;
  /** An `if`: the end of its then-arm is reachable. */
  thenLive: boolean;
  hasElse: boolean;
}

/** Fills `plan` for the decoded `code` of a valid body; `entry` is what entering costs. Linear in its bytes. */
export function planBody(
  module: WasmModule,
  body: FunctionBody,
  parameters: number,
  code: BodyCode,
  prices: Uint32Array,
  entry: number,
  plan: BodyPlan,
): void {
  plan.reset(code.count);
  plan.weight = FRAME_WEIGHT + parameters + body.locals;
  const walk = new SegmentWalk(module, code, prices, plan);
  walk.cost = entry;
  for (let row = 0; row < code.count; row++) walk.step(row);
  walk.cut(code.count);
}

class SegmentWalk {
  /** Price summed so far of the open segment, which began at row `head`. */
  cost = 0;
  #head = 0;
  #live = true;
  readonly #labels: Label[] = [newLabel(OP.block, true)];

  constructor(
    readonly module: WasmModule,
    readonly code: BodyCode,
    readonly prices: Uint32Array,
    readonly plan: BodyPlan,
  ) {}

  step(row: number): void {
    const op = this.code.ops[row]!;
    this.#weigh(op, row);
    if (op === OP.loop) {
      // The header is its own segment: what it costs is paid at every pass.
      this.#push(op);
      this.cut(row + 1);
      if (this.#live) this.cost += this.prices[op]!;
      return;
    }
    if (this.#live) this.cost += this.prices[op]!;
    switch (op) {
      case OP.block:
        this.#push(op);
        return;
      case OP.if:
        this.#push(op);
        this.cut(row + 1);
        return;
      case OP.else:
        this.#else(row);
        return;
      case OP.end:
        this.#end(row);
        return;
      case OP.br:
        this.#target(this.code.immediates[row]!);
        this.#leave(row);
        return;
      case OP.brIf:
        this.#target(this.code.immediates[row]!);
        this.cut(row + 1);
        return;
      case OP.brTable:
        this.#targetAll(row);
        this.#leave(row);
        return;
      case OP.return:
      case OP.unreachable:
        this.#leave(row);
        return;
      case OP.call:
      case OP.callIndirect:
        this.cut(row + 1);
        return;
      default:
    }
  }

  /** Ends the open segment before `row` and begins the next one there. */
  cut(row: number): void {
    if (this.cost > 0) this.plan.charges[this.#head] = this.cost;
    this.#head = row;
    this.cost = 0;
  }

  /** What follows an unconditional jump is dead until a label brings control back. */
  #leave(row: number): void {
    this.cut(row + 1);
    this.#live = false;
  }

  #push(op: number): void {
    this.#labels.push(newLabel(op, this.#live));
  }

  #else(row: number): void {
    const label = this.#labels.at(-1)!;
    label.hasElse = true;
    label.thenLive = this.#live;
    this.cut(row + 1);
    this.#live = label.live;
  }

  #end(row: number): void {
    const label = this.#labels.pop()!;
    if (label.op === OP.loop || (label.op === OP.block && !label.targeted)) return;
    const joins = label.op === OP.if && (label.hasElse ? label.thenLive : label.live);
    this.cut(row + 1);
    this.#live = this.#live || joins || label.targeted;
  }

  #target(depth: number): void {
    const label = this.#labels[this.#labels.length - 1 - depth];
    if (this.#live && label) label.targeted = true;
  }

  #targetAll(row: number): void {
    const { bytes } = this.module;
    const reader = new ByteReader(bytes, this.code.offsets[row]! + 1, bytes.length);
    for (let left = reader.u32(); left >= 0; left--) this.#target(reader.u32());
  }

  #weigh(op: number, row: number): void {
    const { plan, module } = this;
    plan.weight += PUSHES[op]!;
    if (op === OP.call) {
      plan.weight += functionType(module, this.code.immediates[row]!)?.results.length ?? 0;
    } else if (op === OP.callIndirect) {
      plan.weight += module.types[this.code.immediates[row]!]?.results.length ?? 0;
      plan.scratch = true;
    } else if (takesLength(op)) {
      plan.scratch = true;
      if (isRangeStore(op)) plan.stored.add(TYPE.i32);
    }
    const stored = storedType(op);
    if (stored !== undefined) plan.stored.add(stored);
  }
}

function newLabel(op: number, live: boolean): Label {
  return { op, live, targeted: false, thenLive: false, hasElse: false };
}
