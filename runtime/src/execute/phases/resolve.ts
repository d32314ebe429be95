// Resolve (SPEC §4 step 3): A(t) of every reserved transaction against S0, and the gas it has used before it runs.
import type { AccessError } from '../../access/errors.js';
import type { AccessLookup, CodeAccess } from '../../access/lookup.js';
import { resolveAccess } from '../../access/resolve.js';
import { ByteImage, ByteTable } from '../../base/byte-table.js';
import type { AccessSet } from '../../types/access.js';
import type { ReadState } from '../../types/outcome.js';
import type { SignedTransaction } from '../../types/transaction.js';
import { codeHash } from '../../wasm/code-hash.js';
import { WasmError } from '../../wasm/errors.js';
import type { CodeOnChain } from '../code-store.js';
import type { Reserved } from './reserve.js';
import type { BlockState } from './state.js';

/** A reserved transaction with what Resolve found. */
export interface Resolved {
  readonly index: number;
  readonly transaction: SignedTransaction;
  /** Number of the sender's account record in the block's state. */
  readonly sender: number;
  /** Gas it has used already: intrinsic, and what resolving it cost. */
  readonly attemptGas: number;
  /** undefined: none; it runs in the tail. */
  readonly access: AccessSet | undefined;
  /** Why there is none. */
  readonly refusal: AccessError | undefined;
}

/** Resolves all of them to access sets. `state` must be marked at S0, `code` must read S0. */
export function resolveAll(reserved: readonly Reserved[], state: BlockState, code: CodeOnChain): Resolved[] {
  const lookup = accessLookup(code, (key) => state.past(key));
  return reserved.map(({ index, transaction, sender, intrinsic }) => {
    const { gas, ...found } = resolveAccess(transaction, lookup, transaction.gasLimit - intrinsic);
    return { index, transaction, sender, ...found, attemptGas: intrinsic + gas };
  });
}

/** What resolution knows of one state; `code` must read the same. */
export function accessLookup(code: CodeOnChain, read: ReadState): AccessLookup {
  return {
    contractCode: (contract) => code.contractAt(contract)?.codeHash,
    codeAccess: (hash) => code.access(hash),
    read,
    moduleHash,
  };
}

/** The same, asking once for each contract, and for the section of each code hash it gave. */
export function rememberContracts(lookup: AccessLookup, seed: number): AccessLookup {
  const names = new ByteTable(seed);
  const image = new ByteImage();
  const hashes: (Uint8Array | undefined)[] = [];
  const codes = new Map<Uint8Array, CodeAccess | undefined>();
  /** Asked for last, often by the same object. */
  let last: { readonly contract: Uint8Array; readonly hash: Uint8Array | undefined } | undefined;
  // No copy of all properties: those have a layout of their own each time, for which resolution would be compiled anew.
  return {
    read: lookup.read,
    moduleHash: lookup.moduleHash,
    contractCode(contract) {
      if (last?.contract === contract) return last.hash;
      const number = names.intern(image.of(contract));
      if (number === hashes.length) hashes.push(lookup.contractCode(contract));
      last = { contract, hash: hashes[number] };
      return last.hash;
    },
    codeAccess(hash) {
      let known = codes.get(hash);
      if (known === undefined) {
        known = lookup.codeAccess(hash);
        codes.set(hash, known);
      }
      return known;
    },
  };
}

function moduleHash(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return codeHash(bytes);
  } catch (error) {
    if (error instanceof WasmError) return undefined;
    throw error;
  }
}
