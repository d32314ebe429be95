// Chooses a proposal out of the pool: dearest first, within gas, count, bytes and the critical path that access sets
// foretell; what does not fit waits, and its sender can ask why. The choice is then run. A limit that only running shows
// shrinks it; what left its access set is left out for a few blocks, so that its sender can declare what it needs.
import type { WeftError } from '../base/errors.js';
import { LIMITS } from '../base/limits.js';
import type { WaitReason } from '../ports/mempool.js';
import type { Parameters } from '../types/genesis.js';
import type { BlockOutcome } from '../types/outcome.js';
import type { SignedTransaction } from '../types/transaction.js';
import { intrinsicOf, type PathForecast } from './path-forecast.js';
import type { Reservations } from './reservations.js';

/** Candidates looked at for one proposal: room to pass over many that want one key. */
const CANDIDATES_MAX = 2 * LIMITS.blockTransactions;
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
  readonly forecasts: (candidates: readonly SignedTransaction[]) => () => PathForecast;
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
}

interface Candidate {
  readonly transaction: SignedTransaction;
  /** Gas before its first instruction; undefined: it has no access set. */
  readonly declaredGas: number | undefined;
}

/** The proposal out of a pool in its order. */
export async function propose(pool: readonly Uint8Array[], rules: ProposalRules): Promise<Proposal> {
  const candidates = candidatesOf(pool, rules);
  const forecast = rules.forecasts(candidates);
  const left = new Map<SignedTransaction, WaitReason>();
  const unfit: SignedTransaction[] = [];
  let repairs = 0;
  let { chosen, waiting } = choose(candidates, rules, forecast(), left);
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
    const others = choose(candidates, rules, forecast(), left);
    // Nobody to serve instead: the strays have the block, and its tail, to themselves.
    if (others.chosen.length === 0) break;
    ({ chosen, waiting } = others);
  }
  return { transactions: chosen.map(({ transaction }) => transaction.bytes), waiting, unfit };
}

function candidatesOf(pool: readonly Uint8Array[], rules: ProposalRules): SignedTransaction[] {
  const candidates: SignedTransaction[] = [];
  for (const bytes of pool) {
    if (candidates.length >= CANDIDATES_MAX) break;
    const transaction = rules.candidate(bytes);
    if (transaction !== undefined) candidates.push(transaction);
  }
  return candidates;
}

/** One pass over the candidates: who fits is taken, who does not waits and gives room to those behind. */
function choose(
  candidates: readonly SignedTransaction[],
  rules: ProposalRules,
  forecast: PathForecast,
  left: ReadonlyMap<SignedTransaction, WaitReason>,
): { chosen: readonly Candidate[]; waiting: readonly Wait[] } {
  const { blockGasMax, criticalGasMax, tailGasMax } = rules.parameters;
  const reserve = rules.reservations();
  const chosen: Candidate[] = [];
  const waiting: Wait[] = [];
  let gas = blockGasMax;
  let bytes = Math.min(rules.bytesMax, LIMITS.blockBytes);
  candidates.forEach((transaction, index) => {
    const reason = reasonToWait();
    if (reason !== undefined) {
      waiting.push({ transaction, reason });
      return;
    }
    forecast.take();
    gas -= transaction.gasLimit;
    bytes -= transaction.bytes.length;
    const access = forecast.accessGas(index);
    const declaredGas = access === undefined ? undefined : intrinsicOf(transaction) + access;
    chosen.push({ transaction, declaredGas });

    function reasonToWait(): WaitReason | undefined {
      const known = left.get(transaction);
      if (known !== undefined) return known;
      if (chosen.length >= LIMITS.blockTransactions) return 'BLOCK_COUNT';
      if (transaction.bytes.length > bytes) return 'BLOCK_BYTES';
      if (transaction.gasLimit > gas) return 'BLOCK_GAS';
      if (!forecast.fits(index, criticalGasMax - tailGasMax)) return 'CRITICAL_PATH';
      // Last, for it counts as taken: an earlier one of the lane waits, or the funds are promised to others.
      return reserve(transaction.bytes) === undefined ? 'RESERVE' : undefined;
    }
  });
  return { chosen, waiting };
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
