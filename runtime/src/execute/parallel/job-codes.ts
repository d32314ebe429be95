// Contracts and code as one worker sees them during a job: the contracts that transactions call are few and stand in the arena
// with the hashes of their codes, so the answers about them are kept by their numbers and nobody is asked.

import { bytesText } from '../../base/bytes.js';
import type { Address, Hash32 } from '../../types/address.js';
import type { CompiledCode } from '../../vm/compiled-code.js';
import type { CodeView } from '../../vm/run.js';
import { type Arena, HEADER, NO_CODE } from './arena.js';

/** Codes a worker remembers by their hashes' objects. */
const CODES_MAX = 32;

/** What a thread knows of code before it asks. */
export interface ThreadCodes extends CodeView {
  /** Modules it has, by `bytesText` of their hashes, whether they are on chain or not. Default: none. */
  readonly modules?: ReadonlyMap<string, CompiledCode>;
}

/** A contract called by a transaction. `record`: undefined for the system contract. */
interface Called {
  readonly number: number;
  readonly address: Address;
  readonly record: { readonly codeHash: Hash32 } | undefined;
}

export class JobCodes implements CodeView {
  readonly #names: number;
  readonly #hashes: number;
  /** By contract number. */
  readonly #called = new Map<number, Called>();
  #latest: Called | undefined;
  readonly #compiled = new Map<Hash32, CompiledCode | undefined>();
  #latestHash: Hash32 | undefined;
  #latestCode: CompiledCode | undefined;

  constructor(
    private readonly codes: ThreadCodes,
    private readonly arena: Arena,
  ) {
    this.#names = arena.words[HEADER.contractNames]!;
    this.#hashes = arena.words[HEADER.contractCodes]!;
  }

  /** The address of a contract number, the same object each time. The transaction's call of it comes next. */
  address(number: number): Address {
    let called = this.#latest;
    if (called?.number !== number) {
      called = this.#called.get(number) ?? this.#read(number);
      this.#latest = called;
    }
    return called.address;
  }

  contractAt(address: Address): { readonly codeHash: Hash32 } | undefined {
    const called = this.#latest;
    // Only objects made here: who calls from elsewhere may fill the same room with another address.
    if (called === undefined || address !== called.address) return this.codes.contractAt(address);
    return called.record;
  }

  sizeOf(codeHash: Hash32): number | undefined {
    return this.codes.sizeOf(codeHash);
  }

  code(codeHash: Hash32): CompiledCode | undefined {
    if (codeHash === this.#latestHash) return this.#latestCode;
    let code = this.#compiled.get(codeHash);
    if (code === undefined) {
      // The code of a contract in S0 is on chain.
      if (codeHash === this.#latest?.record?.codeHash) code = this.codes.modules?.get(bytesText(codeHash));
      code ??= this.codes.code(codeHash);
      if (this.#compiled.size < CODES_MAX) this.#compiled.set(codeHash, code);
    }
    this.#latestHash = codeHash;
    this.#latestCode = code;
    return code;
  }

  #read(number: number): Called {
    const { words, bytes } = this.arena;
    const nameAt = words[this.#names + number]!;
    const hashAt = words[this.#hashes + number]!;
    const address = bytes.slice(nameAt, nameAt + 32) as Address;
    const record = hashAt === NO_CODE ? undefined : { codeHash: bytes.slice(hashAt, hashAt + 32) as Hash32 };
    const called = { number, address, record };
    this.#called.set(number, called);
    return called;
  }
}
