// First pass over a body: which gas to take where. A segment is a run of instructions that is entered only at its head
// and left only at its end, or by a trap, which takes all gas; its summed price is taken at its head. A call of what
// may reach a host function ends a segment, so that whatever a host function reads, or a revert leaves, is exactly the price
// of the instructions executed so far. Also the depth weight.
import { ByteReader } from './byte-reader.js';
import type { Callees } from './callees.js';
import { FRAME_WEIGHT } from './costs.js';
import type { BodyCode } from './decode-body.js';
import { type FunctionBody, functionType, type WasmModule } from './module.js';
import { OP, PUSHES, TYPE, takesLength } from './opcodes.js';
import { isRangeStore, storedType } from './track-stores.js';

/** What the first pass found; reused from body to body. */
export class BodyPlan {
  /** Gas to take before the instruction of the same row, 0 for none, below 0 to give back. */
  charges = new Int32Array(256);
  /** By row of a loop's header: how much of its charge a pass may give back. */
  readonly ahead = new Map<number, number>();
  /** Depth weight of a frame: 8 + parameters + locals + value-producing instructions + the heaviest flat callee, in words. */
  weight = 0;
  /** Callers pay: nothing is taken, nothing threaded. */
  flat = false;
  /** Whether the rewritten body needs the scratch local. */
  scratch = false;
  /** Types of the values it stores; of bulk operations that of their source or byte. */
  readonly stored = new Set<number>();

  reset(rows: number): void {
    if (this.charges.length < rows) this.charges = new Int32Array(rows);
    else this.charges.fill(0, 0, rows);
    this.weight = 0;
    this.scratch = false;
    this.stored.clear();
    this.ahead.clear();
  }
}

/** One open construct. */
interface Label {
  readonly op: number;
  /** First row inside. */
  readonly first: number;
  /** Row of the construct's start was reachable. */
  readonly live: boolean;
  /** The segment that led here: its head, its price, and how often anything had left or looked at the gas by then. */
  readonly head: number;
  readonly cost: number;
  readonly leaves: number;
  /** A reachable branch goes to its end. */
  targeted: boolean;
  /** An `if`: the end of its then-arm is reachable. */
  thenLive: boolean;
  hasElse: boolean;
}

/** What all bodies of one module share. */
export interface PlanContext extends Callees {
  readonly module: WasmModule;
  /** Gas by opcode index. */
  readonly prices: Uint32Array;
}

/** Fills `plan` for the decoded `code` of a valid body; `entry` is what entering costs. Linear in its bytes. */
export function planBody(
  context: PlanContext,
  index: number,
  body: FunctionBody,
  code: BodyCode,
  entry: number,
  plan: BodyPlan,
): void {
  plan.reset(code.count);
  plan.weight = FRAME_WEIGHT + functionType(context.module, index)!.params.length + body.locals;
  const walk = new SegmentWalk(context, code, plan);
  walk.cost = entry;
  for (let row = 0; row < code.count; row++) walk.step(row);
  walk.cut(code.count);
  plan.weight += walk.flatWeight;
  plan.flat = context.flat.has(index);
}

class SegmentWalk {
  /** Price summed so far of the open segment, which began at row `head`. */
  cost = 0;
  /** Depth weight of the heaviest flat function called. */
  flatWeight = 0;
  #head = 0;
  #live = true;
  /** Reachable branches, returns and calls so far. */
  #leaves = 0;
  readonly #labels: Label[] = [];

  constructor(
    readonly context: PlanContext,
    readonly code: BodyCode,
    readonly plan: BodyPlan,
  ) {
    this.#push(OP.block, 0);
  }

  step(row: number): void {
    const op = this.code.ops[row]!;
    this.#weigh(op, row);
    if (op === OP.loop) {
      // The header is its own segment: what it costs is paid at every pass.
      this.#push(op, row + 1);
      this.cut(row + 1);
      if (this.#live) this.cost += this.context.prices[op]!;
      return;
    }
    if (this.#live) this.cost += this.context.prices[op]!;
    switch (op) {
      case OP.block:
        this.#push(op, row + 1);
        return;
      case OP.if:
        this.#push(op, row + 1);
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
        this.#leaves++;
        this.#leave(row);
        return;
      case OP.unreachable:
        this.#leave(row);
        return;
      case OP.call:
        this.#call(row);
        return;
      case OP.callIndirect:
        this.#leaves++;
        this.cut(row + 1);
        return;
      default:
    }
  }

  /** Ends the open segment before `row` and begins the next one there. */
  cut(row: number): void {
    if (this.cost !== 0) this.plan.charges[this.#head] = this.cost;
    this.#head = row;
    this.cost = 0;
  }

  /** A flat function is paid like an instruction; a host function sees the gas, and so does who may reach one. */
  #call(row: number): void {
    const { module, flat, loud } = this.context;
    const target = this.code.immediates[row]!;
    const callee = flat.get(target);
    if (callee !== undefined) {
      if (this.#live) this.cost += callee.price;
      this.flatWeight = Math.max(this.flatWeight, callee.weight);
    } else if (target < module.importedFunctions || loud.has(target)) {
      this.#leaves++;
      this.cut(row + 1);
    }
  }

  /** What follows an unconditional jump is dead until a label brings control back. */
  #leave(row: number): void {
    this.cut(row + 1);
    this.#live = false;
  }

  #push(op: number, first: number): void {
    this.#labels.push({
      op,
      first,
      live: this.#live,
      head: this.#head,
      cost: this.cost,
      leaves: this.#leaves,
      targeted: false,
      thenLive: false,
      hasElse: false,
    });
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
    // The arm of an `if` never comes back.
    const oneWay = label.op === OP.if && !label.hasElse && label.live && !this.#live && !label.targeted;
    if (oneWay && this.#leaves === label.leaves) {
      this.#passTrap(label);
      return;
    }
    const joins = label.op === OP.if && (label.hasElse ? label.thenLive : label.live);
    this.cut(row + 1);
    this.#live = this.#live || joins || label.targeted;
    if (oneWay) this.#prepay(label, row);
  }

  /** The arm only traps, and a trap takes all gas: the segment before it goes on behind it. */
  #passTrap(label: Label): void {
    this.#head = label.head;
    this.cost = label.cost;
    this.#live = true;
  }

  /**
   * `loop condition if body br end`: the header takes the first segment of the body as well, once a pass instead of
   * twice, and the way out gives it back.
   */
  #prepay(label: Label, row: number): void {
    const { charges, ahead } = this.plan;
    const back = this.#labels[this.#labels.length - this.code.immediates[row - 1]!];
    if (this.code.ops[row - 1] !== OP.br || back?.op !== OP.loop || back.first !== label.head) return;
    const body = charges[label.first]!;
    charges[label.head]! += body;
    charges[label.first] = 0;
    ahead.set(label.head, body);
    this.cost = -body;
  }

  #target(depth: number): void {
    const label = this.#labels[this.#labels.length - 1 - depth];
    if (!this.#live || !label) return;
    label.targeted = true;
    this.#leaves++;
  }

  #targetAll(row: number): void {
    const { bytes } = this.context.module;
    const reader = new ByteReader(bytes, this.code.offsets[row]! + 1, bytes.length);
    for (let left = reader.u32(); left >= 0; left--) this.#target(reader.u32());
  }

  #weigh(op: number, row: number): void {
    const { plan } = this;
    const { module } = this.context;
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
