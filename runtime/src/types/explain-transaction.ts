// One transaction out of an explain record: what it used, whom it waited for, and the chain of those before it.
import type { ExplainedResource, ExplainedTransaction, ExplainRecord } from './explain-record.js';

/** A transaction of the chain: the first waited for nobody, each other one for the one before it, over `waits[0]`. */
export interface ChainLink extends ExplainedTransaction {
  readonly index: number;
}

/** What `weft_explainTransaction` answers; numbers of resources are of this answer. */
export interface TransactionExplanation {
  readonly version: number;
  readonly height: number;
  readonly hash: string;
  readonly index: number;
  readonly transaction: ExplainedTransaction;
  /** Those before it on the longest chain that ends with it, first to last; the last `linksMax` of them. */
  readonly chain: readonly ChainLink[];
  /** How long that chain is. */
  readonly chainLength: number;
  readonly resources: readonly ExplainedResource[];
  readonly criticalPathGas: number;
}

/** Links an answer carries: a chain can be as long as its block. */
export const CHAIN_LINKS_MAX = 64;

/** Cuts one transaction out of its block's record. `index` must be one of the block's. */
export function explainTransaction(
  record: ExplainRecord,
  index: number,
  linksMax = CHAIN_LINKS_MAX,
): TransactionExplanation | undefined {
  const transaction = record.transactions[index];
  if (transaction === undefined) return undefined;
  const before = chainBefore(record, index);
  const numbers = new Map<number, number>();
  const renumber = (one: ExplainedTransaction): ExplainedTransaction => ({
    ...one,
    uses: one.uses.map((use) => ({ ...use, resource: numberIn(numbers, use.resource) })),
    waits: one.waits.map((wait) => ({ ...wait, resource: numberIn(numbers, wait.resource) })),
  });
  const own = renumber(transaction);
  const chain = before.slice(-linksMax).map((at) => {
    const link = renumber(record.transactions[at] as ExplainedTransaction);
    return { ...link, index: at };
  });
  const { version, height, hash, criticalPathGas } = record;
  const resources = [...numbers.keys()].map((number) => record.resources[number] as ExplainedResource);
  const chainLength = before.length;
  return { version, height, hash, index, transaction: own, chain, chainLength, resources, criticalPathGas };
}

/** Indexes of the transactions before this one on the longest chain that ends with it, first to last. */
export function chainBefore(record: ExplainRecord, index: number): number[] {
  const before: number[] = [];
  for (let at = record.transactions[index]?.waits[0]?.after; at !== undefined; ) {
    before.push(at);
    at = record.transactions[at]?.waits[0]?.after;
  }
  return before.reverse();
}

function numberIn(numbers: Map<number, number>, resource: number): number {
  const known = numbers.get(resource);
  if (known !== undefined) return known;
  numbers.set(resource, numbers.size);
  return numbers.size - 1;
}
