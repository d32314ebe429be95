// What the last proposal left waiting, and how often each went outside its access set in preparation: what a sender is
// told who asks why a transaction is still pending. Never part of a decision about a block somebody else proposed.
import { bytesText } from '../base/bytes.js';
import type { WaitReason } from '../ports/mempool.js';
import type { SignedTransaction } from '../types/transaction.js';
import type { Beyond, Proposal } from './propose.js';

/** Proposals that leave a stray out before it takes its chance in the tail: time to send it again with what it needs. */
const STRAYS_MAX = 3;
/** Strays remembered; the oldest is forgotten first and then waits a little longer. */
const REMEMBERED_MAX = 4_096;

export interface WaitStatus {
  readonly reason: WaitReason;
  /** Height of the proposal it was left out of. */
  readonly height: number;
}

/** Who may wait: `bytes` are the very ones that stood in the pool. */
export type Waiter = Pick<SignedTransaction, 'id' | 'bytes' | 'gasPrice'>;

export class WaitingRoom {
  #waits: ReadonlyMap<string, WaitStatus> = new Map();
  /** The last proposal, where it did not look at all of the pool. */
  #partial:
    | { readonly beyond: Beyond; readonly chosen: ReadonlySet<Uint8Array>; readonly height: number }
    | undefined;
  /** By id: proposals that left it out as a stray. */
  readonly #strays = new Map<string, number>();

  /** Why a pending transaction was left out; undefined: it was not. */
  of({ id, bytes, gasPrice }: Waiter): WaitStatus | undefined {
    const known = this.#waits.get(bytesText(id));
    const partial = this.#partial;
    if (known !== undefined || partial === undefined) return known;
    const { beyond, chosen, height } = partial;
    return gasPrice <= beyond.gasPriceMax && !chosen.has(bytes)
      ? { reason: beyond.reason, height }
      : undefined;
  }

  mayWait(id: Uint8Array): boolean {
    return (this.#strays.get(bytesText(id)) ?? 0) < STRAYS_MAX;
  }

  /** Takes the outcome of a proposal in place of the last one's. */
  note({ waiting, beyond, transactions }: Proposal, height: number): void {
    this.#partial = beyond && { beyond, chosen: new Set(transactions), height };
    const waits = new Map<string, WaitStatus>();
    for (const { transaction, reason } of waiting) {
      const id = bytesText(transaction.id);
      waits.set(id, { reason, height });
      if (reason !== 'ACCESS_VIOLATION' && reason !== 'TAIL_FULL') continue;
      const [oldest] = this.#strays.keys();
      if (this.#strays.size >= REMEMBERED_MAX && oldest !== undefined) this.#strays.delete(oldest);
      this.#strays.set(id, (this.#strays.get(id) ?? 0) + 1);
    }
    this.#waits = waits;
  }
}
