// Collects what the oracle's runs note down, transaction by transaction. Outside what is hashed.
import type { AccessSet } from '../../types/access.js';
import type { BlockInput } from '../../types/outcome.js';
import type { RunNotes, TransactionNotes } from '../../types/run-notes.js';

/** The notes of one block, empty unless its input asks for them. */
export class NotesOfBlock {
  readonly wanted: boolean;
  readonly all: (TransactionNotes | undefined)[];

  constructor(input: Pick<BlockInput, 'notes' | 'transactions'>) {
    this.wanted = input.notes === true;
    this.all = this.wanted ? input.transactions.map(() => undefined) : [];
  }

  /** A transaction that was reserved, and what it may touch. */
  access(index: number, access: AccessSet | undefined): void {
    if (this.wanted) this.all[index] = { access, ordered: undefined, tail: undefined };
  }

  ordered(index: number, notes: RunNotes | undefined): void {
    this.#change(index, { ordered: notes });
  }

  tail(index: number, notes: RunNotes | undefined): void {
    this.#change(index, { tail: notes });
  }

  #change(index: number, change: Partial<TransactionNotes>): void {
    const one = this.all[index];
    if (one !== undefined) this.all[index] = { ...one, ...change };
  }
}
