// The transactions that stand in line over one resource, by how they use it: the longest chain among those a newcomer
// conflicts with. What explanations and profiles are calculated by.
import { type ResourceUse, waitReason } from './explain-conflicts.js';
import type { ExplainedResource, ExplainedWait, WaitReason } from './explain-record.js';

/** Transactions with one use: how many, and the longest chain that ends with one of them. */
interface Line {
  count: number;
  gas: number;
  last: number;
}

/** One resource's lines. Transactions come in block order. */
export class ResourceLines {
  readonly #lines = new Map<ResourceUse, Line>();

  constructor(private readonly kind: ExplainedResource['kind']) {}

  /** Whether an earlier transaction used it so. */
  has(use: ResourceUse): boolean {
    return this.#lines.has(use);
  }

  /** Whom a transaction waits for here; undefined: for nobody. */
  waitOver(use: ResourceUse): Omit<ExplainedWait, 'resource'> | undefined {
    let longest: { readonly reason: WaitReason; readonly line: Line } | undefined;
    let behind = 0;
    for (const [earlier, line] of this.#lines) {
      const reason = waitReason(this.kind, use, earlier);
      if (reason === undefined) continue;
      behind += line.count;
      if (longest === undefined || isLonger(line, longest.line)) longest = { reason, line };
    }
    return longest && { reason: longest.reason, after: longest.line.last, behind, gas: longest.line.gas };
  }

  /** Takes its place: `gas` is that of the longest chain that ends with it. */
  join(use: ResourceUse, transaction: number, gas: number): void {
    const line = this.#lines.get(use) ?? { count: 0, gas: 0, last: transaction };
    this.#lines.set(use, line);
    line.count++;
    if (gas < line.gas) return;
    line.gas = gas;
    line.last = transaction;
  }
}

/** Of equal chains the one that ends last. */
const isLonger = (a: Line, b: Line): boolean => a.gas > b.gas || (a.gas === b.gas && a.last > b.last);
