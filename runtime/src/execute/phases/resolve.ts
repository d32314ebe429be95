// Resolve (SPEC §4 step 3): A(t) of every reserved transaction against S0, and the gas it has used before it runs.
import type { AccessLookup } from '../../access/lookup.js';
import { accessGas } from '../../access/price.js';
import { resolveAccess } from '../../access/resolve.js';
import type { AccessSet } from '../../types/access.js';
import type { ReadState } from '../../types/outcome.js';
import type { SignedTransaction } from '../../types/transaction.js';
import { codeHash } from '../../wasm/code-hash.js';
import { WasmError } from '../../wasm/errors.js';
import type { CodeOnChain } from '../code-store.js';
import type { Reserved } from './reserve.js';
import type { BlockState } from './state.js';

/** A transaction about to run, and the gas it has used already. */
export interface Attempt {
  readonly index: number;
  readonly transaction: SignedTransaction;
  readonly attemptGas: number;
}

/** A reserved transaction with what Resolve found. */
export interface Resolved {
  readonly reserved: Reserved;
  /** undefined: none; it runs in the tail. */
  readonly access: AccessSet | undefined;
  /** Intrinsic gas and declared keys, at most the gas limit. */
  readonly attemptGas: number;
}

/** Resolves all of them. `state` must be marked at S0, `code` must read S0. */
export function resolveAll(reserved: readonly Reserved[], state: BlockState, code: CodeOnChain): Resolved[] {
  const lookup = accessLookup(code, (key) => state.past(key));
  return reserved.map((one) => {
    const access = resolveAccess(one.transaction, lookup);
    const declared = access === undefined ? 0 : accessGas(access);
    return {
      reserved: one,
      access,
      attemptGas: Math.min(one.transaction.gasLimit, one.intrinsic + declared),
    };
  });
}

/** What resolution knows of one state; `code` must read the same. */
export function accessLookup(code: CodeOnChain, read: ReadState): AccessLookup {
  return {
    contractCode: (contract) => code.contractAt(contract)?.codeHash,
    codeAccess: (hash) => code.section(hash),
    read,
    moduleHash,
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
