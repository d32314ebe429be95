// Contracts and code as one worker sees them during a job: the contracts that transactions call are few and their addresses
// stand in the arena once, so the answers about them are kept by where that is.

import type { Address, Hash32 } from '../../types/address.js';
import type { ContractRecord } from '../../types/system.js';
import type { CompiledCode } from '../../vm/compiled-code.js';
import type { CodeView } from '../../vm/run.js';
import type { Arena } from './arena.js';

/** Codes a worker remembers by their hashes' objects. */
const CODES_MAX = 32;

/** A contract called by a transaction. */
interface Called {
  readonly at: number;
  readonly address: Address;
  /** Undefined: not asked for. */
  answer: { readonly record: ContractRecord | undefined } | undefined;
}

export class JobCodes implements CodeView {
  readonly #called = new Map<number, Called>();
  #latest: Called | undefined;
  readonly #compiled = new Map<Hash32, CompiledCode | undefined>();
  #latestHash: Hash32 | undefined;
  #latestCode: CompiledCode | undefined;

  constructor(
    private readonly codes: CodeView,
    private readonly arena: Arena,
  ) {}

  /** The address at a byte offset of the arena, the same object each time. The transaction's call of it comes next. */
  address(at: number): Address {
    let called = this.#latest;
    if (called?.at !== at) {
      called = this.#called.get(at);
      if (called === undefined) {
        called = { at, address: this.arena.bytes.slice(at, at + 32) as Address, answer: undefined };
        this.#called.set(at, called);
      }
      this.#latest = called;
    }
    return called.address;
  }

  contractAt(address: Address): ContractRecord | undefined {
    const called = this.#latest;
    // Only objects made here: who calls from elsewhere may fill the same room with another address.
    if (called === undefined || address !== called.address) return this.codes.contractAt(address);
    called.answer ??= { record: this.codes.contractAt(address) };
    return called.answer.record;
  }

  sizeOf(codeHash: Hash32): number | undefined {
    return this.codes.sizeOf(codeHash);
  }

  code(codeHash: Hash32): CompiledCode | undefined {
    if (codeHash === this.#latestHash) return this.#latestCode;
    let code = this.#compiled.get(codeHash);
    if (code === undefined) {
      code = this.codes.code(codeHash);
      if (this.#compiled.size < CODES_MAX) this.#compiled.set(codeHash, code);
    }
    this.#latestHash = codeHash;
    this.#latestCode = code;
    return code;
  }
}
