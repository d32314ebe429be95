// Code on chain as execution needs it: records and decoded access by code hash for Resolve, compiled modules for the
// workers. Bytes never change under a hash, so what is decoded stays; whether a hash is on chain is asked every block.

import type { CodeAccess } from '../access/lookup.js';
import { assert } from '../base/assert.js';
import { bytesText, concatBytes } from '../base/bytes.js';
import type { AccessSection } from '../types/access.js';
import { decodeAccessSection } from '../types/access-codec.js';
import type { ReadState } from '../types/outcome.js';
import {
  type CodeRecord,
  type ContractRecord,
  codeChunkKey,
  codeKey,
  contractKey,
  decodeCodeRecord,
  decodeContractRecord,
} from '../types/system.js';
import { decodeValue } from '../types/value.js';
import { type CompiledCode, compileCode } from '../vm/compiled-code.js';
import { CodeShelf, codeWeight } from './code-shelf.js';

/** From a contract's bytes as uploaded to what runs. */
export type Compile = (bytes: Uint8Array) => CompiledCode;

/** What a thread keeps of code between blocks. */
export class CodeStore {
  readonly #sections = new CodeShelf<AccessSection>();
  readonly #compiled = new CodeShelf<CompiledCode>();

  /** `compile`: default `compileCode`; one with a cache behind it gives the same. */
  constructor(private readonly compile: Compile = compileCode) {}

  /** The code that is on chain in one state; `read` must answer from it until the view is dropped. */
  view(read: ReadState): CodeOnChain {
    return new CodeOnChain(read, this.#sections, this.#compiled, this.compile);
  }
}

/** Code of one state. */
export class CodeOnChain {
  readonly #records = new Map<string, CodeRecord | undefined>();
  readonly #contracts = new Map<string, ContractRecord | undefined>();

  constructor(
    private readonly read: ReadState,
    private readonly sections: CodeShelf<AccessSection>,
    private readonly compiled: CodeShelf<CompiledCode>,
    private readonly compile: Compile,
  ) {}

  /** The contract at an address, or undefined. */
  contractAt(address: Uint8Array): ContractRecord | undefined {
    return remember(this.#contracts, bytesText(address), () => {
      const stored = this.read(contractKey(address));
      return stored === undefined ? undefined : decodeContractRecord(stored);
    });
  }

  record(codeHash: Uint8Array): CodeRecord | undefined {
    return remember(this.#records, bytesText(codeHash), () => {
      const stored = this.read(codeKey(codeHash));
      return stored === undefined ? undefined : decodeCodeRecord(stored);
    });
  }

  /** The decoded `weft.access` section with its length, or undefined for code that is not on chain. */
  access(codeHash: Uint8Array): CodeAccess | undefined {
    const record = this.record(codeHash);
    if (record === undefined) return undefined;
    const weight = codeWeight(record.access.length);
    const section = keep(this.sections, bytesText(codeHash), weight, () =>
      decodeAccessSection(record.access),
    );
    return { section, bytes: record.access.length };
  }

  /** Bytes of code as uploaded, without compiling it; undefined for code that is not on chain. */
  sizeOf(codeHash: Uint8Array): number | undefined {
    return this.record(codeHash)?.size;
  }

  /** The compiled module, or undefined for code that is not on chain. The first time takes milliseconds. */
  code(codeHash: Uint8Array): CompiledCode | undefined {
    const record = this.record(codeHash);
    if (record === undefined) return undefined;
    return keep(this.compiled, bytesText(codeHash), codeWeight(record.size), () => {
      const chunks = Array.from({ length: record.chunks }, (_, index) => {
        const stored = this.read(codeChunkKey(codeHash, index));
        assert(stored !== undefined, 'code on chain has all its chunks');
        return decodeValue('CODE_CHUNK', stored);
      });
      return this.compile(concatBytes(...chunks));
    });
  }
}

function remember<T>(known: Map<string, T>, text: string, make: () => T): T {
  if (!known.has(text)) known.set(text, make());
  return known.get(text) as T;
}

/** As `remember`, bounded by weight. */
function keep<T>(shelf: CodeShelf<T>, text: string, weight: number, make: () => T): T {
  const known = shelf.get(text);
  if (known !== undefined) return known;
  const value = make();
  shelf.put(text, value, weight);
  return value;
}
