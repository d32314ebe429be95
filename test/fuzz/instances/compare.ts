// Runs random contracts over one pool and over new instances, transaction by transaction.
import { toHex, utf8 } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import type { Address } from '@weft/runtime/types/address';
import { type CompiledCode, compileCode } from '@weft/runtime/vm/compiled-code';
import { HOST_IMPORTS } from '@weft/runtime/vm/host-functions';
import { InstancePool } from '@weft/runtime/vm/instance-pool';
import { runTransaction } from '@weft/runtime/vm/run-transaction';
import { RANDOM_METHODS, randomContract, randomSource } from './random-contract.js';

const TRANSACTIONS = 10;
const NAME = sha256(utf8('contract')) as Address;

/** All that a chain would hash of one module's transactions, in order. */
export interface ModuleRun {
  readonly outcomes: readonly string[];
  /** Instances left in the pool. */
  readonly pooled: number;
}

/** Builds module `seed` and runs it pooled, fresh or both. */
export function runModule(seed: number, forms: readonly ('pooled' | 'fresh')[]): ModuleRun[] {
  const code = compileCode(randomContract(randomSource(seed)));
  return forms.map((form) => {
    const pool = new InstancePool(HOST_IMPORTS, form === 'fresh' ? { instancesMax: 0 } : {});
    const pick = randomSource(~seed);
    const outcomes = Array.from({ length: TRANSACTIONS }, () => runOne(code, pool, pick));
    return { outcomes, pooled: pool.size };
  });
}

function runOne(code: CompiledCode, pool: InstancePool, pick: (n: number) => number): string {
  const record = { codeHash: code.codeHash, creator: NAME, authority: undefined };
  const selector = 1 + pick(RANDOM_METHODS);
  const args = new Uint8Array(pick(64)).fill(1 + pick(255));
  const { status, gas, failure, results, events } = runTransaction(
    {
      sender: NAME,
      calls: [{ contract: NAME, selector, args, value: 0n }],
      gasLimit: 4_000 + pick(400_000),
      index: 0,
      enforcer: null,
      tail: false,
    },
    {
      state: { read: () => undefined, past: () => undefined },
      codes: { contractAt: () => record, sizeOf: () => code.codeBytes, code: () => code },
      pool,
      height: 1,
      time: 2,
      grandparentHash: NAME,
    },
  );
  const shown = [...results, ...events.map(({ data }) => data)].map((bytes) => toHex(sha256(bytes))).join();
  return `${selector}:${status}:${gas}:${failure?.code}:${shown}`;
}
