// Collects what the oracle's runs note down, transaction by transaction. Outside what is hashed.
import type { BlockInput } from '../../types/outcome.js';
import type { TransactionNotes } from '../../types/run-notes.js';
import type { RunOutcome } from '../../vm/run-transaction.js';
import type { Resolved } from '../phases/resolve.js';

/** The notes of one block, empty unless its input asks for them. */
export class NotesOfBlock {
  readonly wanted: boolean;
  readonly all: (TransactionNotes | undefined)[];

  readonly #traced: number | undefined;

  constructor(input: Pick<BlockInput, 'notes' | 'traced' | 'transactions'>) {
    this.#traced = input.traced;
    this.wanted = input.notes === true;
    this.all = this.wanted ? input.transactions.map(() => undefined) : [];
  }

  /** What a transaction's run is asked for. */
  of(index: number): { readonly notes: boolean; readonly steps: boolean } {
    return { notes: this.wanted, steps: this.wanted && index === this.#traced };
  }

  /** What reserved transactions may touch, or why that is not known. */
  access(resolved: readonly Resolved[]): void {
    if (!this.wanted) return;
    for (const { index, access, refusal } of resolved) {
      this.all[index] = { access, refusal: refusal?.code, ms: 0, ordered: undefined, tail: undefined };
    }
  }

  /** Runs a transaction under its access set, or in the tail. */
  run(index: number, phase: 'ordered' | 'tail', run: () => RunOutcome): RunOutcome {
    if (!this.wanted) return run();
    const started = performance.now();
    const outcome = run();
    const ms = performance.now() - started;
    const one = this.all[index];
    if (one !== undefined) this.all[index] = { ...one, ms: one.ms + ms, [phase]: outcome.notes };
    return outcome;
  }
}
