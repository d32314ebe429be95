// Chooses a proposal out of the pool: dearest first, within gas, count, bytes and the critical path that access sets
// foretell; what does not fit waits, and its sender can ask why. Of a pool that holds many blocks no more is looked at than
// fills this one. The choice is then run. A limit that only running shows shrinks it; what left its access set is left out
// for a few blocks, so that its sender can declare what it needs.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { WeftError } from '../base/errors.js';
import { LIMITS } from '../base/limits.js';
import type { WaitReason } from '../ports/mempool.js';
import type { Parameters } from '../types/genesis.js';
import type { BlockOutcome } from '../types/outcome.js';
import type { SignedTransaction } from '../types/transaction.js';
import { intrinsicOf, type PathForecast } from './path-forecast.js';
import type { Reservations } from './reservations.js';

/** Candidates that cannot go in are passed over up to so many: all of them may want one key. */
const PASSED_OVER_MAX = 32_768;
/** Always looked at, though fewer fill the block. */
const CANDIDATES_MIN = 1024;
/** The part of a block that may stay empty: more of the pool is not looked at for it. */
const ROOM = 1 / 16;
/** Candidates before others get a turn: about 2 ms. */
const SLICE = 128;
/** Choices run again because something left its access set; after that it runs in the tail. */
const REPAIRS_MAX = 2;

export interface ProposalRules {
  readonly parameters: Parameters;
  /** Bytes of all transactions together. */
  readonly bytesMax: number;
  /** Reservations over the state before the block, from their start. */
  readonly reservations: () => Reservations;
  /** The transaction, if it decodes, its signatures pass the strict rule and it may be proposed. */
  readonly candidate: (bytes: Uint8Array) => SignedTransaction | undefined;
  readonly forecasts: (candidates: readonly SignedTransaction[]) => Promise<() => PathForecast>;
  /** Whether one that would end in the tail against its declaration is still left out. */
  readonly mayWait: (transaction: SignedTransaction) => boolean;
  /** Runs a choice under rule `process`. */
  readonly run: (
    transactions: readonly Uint8Array[],
  ) => Promise<{ readonly outcome: BlockOutcome } | { readonly refusal: WeftError }>;
}

/** A transaction that is not in the proposal though it could be in a later one. */
export interface Wait {
  readonly transaction: SignedTransaction;
  readonly reason: WaitReason;
}

export interface Proposal {
  readonly transactions: readonly Uint8Array[];
  readonly waiting: readonly Wait[];
  /** Those no block can take even alone. */
  readonly unfit: readonly SignedTransaction[];
  /** What became of those in the pool that were not looked at; undefined: all were. */
  readonly beyond: Beyond | undefined;
}

/** Transactions behind the last one looked at: they pay its gas price or less, or stand behind one that does. */
export interface Beyond {
  readonly gasPriceMax: bigint;
  readonly reason: WaitReason;
}

interface Candidate {
  readonly transaction: SignedTransaction;
  /** Gas before its first instruction; undefined: it has no access set. */
  readonly declaredGas: number | undefined;
}

/** The proposal out of a pool in its order. Others get a turn meanwhile. */
export async function propose(pool: Iterable<Uint8Array>, rules: ProposalRules): Promise<Proposal> {
  const { candidates, forecast, first, beyond } = await lookAt(pool, rules);
  const left = new Map<SignedTransaction, WaitReason>();
  const unfit: SignedTransaction[] = [];
  let repairs = 0;
  let { chosen, waiting } = first;
  while (chosen.length > 0) {
    const end = await rules.run(chosen.map(({ transaction }) => transaction.bytes));
    if ('refusal' in end) {
      const kept = chosen.length === 1 ? 0 : shrink(chosen.length, end.refusal);
      const cut = chosen.slice(kept).map(({ transaction }) => transaction);
      if (chosen.length === 1) unfit.push(...cut);
      else
        waiting = [...waiting, ...cut.map((transaction): Wait => ({ transaction, reason: 'BLOCK_LIMIT' }))];
      chosen = chosen.slice(0, kept);
      continue;
    }
    if (repairs++ === REPAIRS_MAX) break;
    const strays = straysOf(chosen, end.outcome).filter(({ transaction }) => rules.mayWait(transaction));
    if (strays.length === 0) break;
    for (const { transaction, reason } of strays) left.set(transaction, reason);
    const others = await choose(candidates, rules, forecast(), left);
    // Nobody to serve instead: the strays have the block, and its tail, to themselves.
    if (others.chosen.length === 0) break;
    ({ chosen, waiting } = others);
  }
  return { transactions: chosen.map(({ transaction }) => transaction.bytes), waiting, unfit, beyond };
}

/**
 * Candidates enough to fill the block, and the first choice among them: a little more than its gas, bytes and count, and
 * twice as many again while that leaves room.
 */
async function lookAt(pool: Iterable<Uint8Array>, rules: ProposalRules) {
  const window = new Window(pool, rules);
  for (let blocks = 1 + ROOM; ; blocks *= 2) {
    await window.widen(blocks);
    const { candidates } = window;
    const forecast = await rules.forecasts(candidates);
    const first = await choose(candidates, rules, forecast(), new Map());
    const end = first.full ?? (first.waiting.length >= PASSED_OVER_MAX ? 'CRITICAL_PATH' : undefined);
    if (end === undefined && !window.ended) continue;
    const gasPriceMax = candidates.at(-1)?.gasPrice ?? 0n;
    return { candidates, forecast, first, beyond: window.ended ? undefined : { gasPriceMax, reason: end! } };
  }
}

/** The front of a pool. */
class Window {
  readonly candidates: SignedTransaction[] = [];
  /** There is no more. */
  ended = false;
  readonly #pool: Iterator<Uint8Array>;
  #gas = 0;
  #bytes = 0;

  constructor(
    pool: Iterable<Uint8Array>,
    private readonly rules: ProposalRules,
  ) {
    this.#pool = pool[Symbol.iterator]();
  }

  /** Takes as many as would fill so many blocks. */
  async widen(blocks: number): Promise<void> {
    const { candidates, rules } = this;
    const gasMax = blocks * rules.parameters.blockGasMax;
    const bytesMax = blocks * blockBytes(rules);
    const countMax = blocks * LIMITS.blockTransactions;
    while (candidates.length < countMax) {
      if (candidates.length >= CANDIDATES_MIN && (this.#gas > gasMax || this.#bytes > bytesMax)) return;
      const next = this.#pool.next();
      if (next.done === true) {
        this.ended = true;
        return;
      }
      const transaction = rules.candidate(next.value);
      if (transaction === undefined) continue;
      candidates.push(transaction);
      this.#gas += transaction.gasLimit;
      this.#bytes += transaction.bytes.length;
      if (candidates.length % SLICE === 0) await nextTurn();
    }
  }
}

interface Choice {
  readonly chosen: readonly Candidate[];
  readonly waiting: readonly Wait[];
  /** What the block has next to none left of; undefined: it has room. */
  readonly full: WaitReason | undefined;
}

/** One pass over the candidates: who fits is taken, who does not waits and gives room to those behind. */
async function choose(
  candidates: readonly SignedTransaction[],
  rules: ProposalRules,
  forecast: PathForecast,
  left: ReadonlyMap<SignedTransaction, WaitReason>,
): Promise<Choice> {
  const { blockGasMax, criticalGasMax, tailGasMax } = rules.parameters;
  const reserve = rules.reservations();
  const chosen: Candidate[] = [];
  const waiting: Wait[] = [];
  let gas = blockGasMax;
  let bytes = blockBytes(rules);
  for (const [index, transaction] of candidates.entries()) {
    if (index % SLICE === SLICE - 1) await nextTurn();
    const reason = reasonToWait(transaction, index);
    if (reason !== undefined) {
      waiting.push({ transaction, reason });
      continue;
    }
    forecast.take();
    gas -= transaction.gasLimit;
    bytes -= transaction.bytes.length;
    const access = forecast.accessGas(index);
    const declaredGas = access === undefined ? undefined : intrinsicOf(transaction) + access;
    chosen.push({ transaction, declaredGas });
  }
  return { chosen, waiting, full: fullOf() };

  function reasonToWait(transaction: SignedTransaction, index: number): WaitReason | undefined {
    const known = left.get(transaction);
    if (known !== undefined) return known;
    if (chosen.length >= LIMITS.blockTransactions) return 'BLOCK_COUNT';
    if (transaction.bytes.length > bytes) return 'BLOCK_BYTES';
    if (transaction.gasLimit > gas) return 'BLOCK_GAS';
    if (!forecast.fits(index, criticalGasMax - tailGasMax)) return 'CRITICAL_PATH';
    // Last, for it counts as taken: an earlier one of the lane waits, or the funds are promised to others.
    return reserve(transaction) ? undefined : 'RESERVE';
  }

  function fullOf(): WaitReason | undefined {
    if (gas < ROOM * blockGasMax) return 'BLOCK_GAS';
    if (bytes < ROOM * blockBytes(rules)) return 'BLOCK_BYTES';
    return LIMITS.blockTransactions - chosen.length < ROOM * LIMITS.blockTransactions
      ? 'BLOCK_COUNT'
      : undefined;
  }
}

function blockBytes({ bytesMax }: ProposalRules): number {
  return Math.min(bytesMax, LIMITS.blockBytes);
}

/** Those that left their access set, and those the tail had no room for: both would pay for little. */
function straysOf(chosen: readonly Candidate[], { receipts }: BlockOutcome): Wait[] {
  return chosen.flatMap(({ transaction, declaredGas }, index): Wait[] => {
    const receipt = receipts[index];
    if (receipt?.phase !== 'tail') return [];
    if (declaredGas !== undefined && receipt.attemptGas > declaredGas)
      return [{ transaction, reason: 'ACCESS_VIOLATION' }];
    return receipt.status === 'ACCESS_TAIL_FULL' ? [{ transaction, reason: 'TAIL_FULL' }] : [];
  });
}

/** How many of `count` transactions to try after a refusal: in proportion where the refusal says how far it was off. */
function shrink(count: number, refusal: WeftError): number {
  const { expected, got } = refusal.context;
  const proportion =
    typeof expected === 'number' && typeof got === 'number' && got > expected ? expected / got : 0.5;
  return Math.floor(count * Math.min(proportion, 0.95));
}
