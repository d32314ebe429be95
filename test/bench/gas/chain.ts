// What the probes of host functions and calls run on: contracts over a large state in memory, every key declared.
import type { createEnforcer } from '@weft/runtime/access/enforce';
import { bytesText, utf8 } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import type { AccessSet, KeyAccess } from '@weft/runtime/types/access';
import type { Address } from '@weft/runtime/types/address';
import {
  cellMax,
  encodeStateKey,
  type KeyKind,
  keyKind,
  keyText,
  type StateKey,
} from '@weft/runtime/types/key';
import { balanceKey, SYSTEM_ADDRESS } from '@weft/runtime/types/system';
import { encodeBytesValue, encodeCell } from '@weft/runtime/types/value';
import { type CompiledCode, compileCode } from '@weft/runtime/vm/compiled-code';
import { HOST_IMPORTS } from '@weft/runtime/vm/host-functions';
import { InstancePool } from '@weft/runtime/vm/instance-pool';
import type { BlockEnvironment } from '@weft/runtime/vm/run';
import { type RunOutcome, runTransaction } from '@weft/runtime/vm/run-transaction';

/** Field of every key of the probes. */
export const FIELD = utf8('FIELD_P_');
const GAS_LIMIT = 2 ** 50;

/** 32 bytes that stand for a name. */
export function named(name: string): Address {
  return sha256(utf8(name)) as Address;
}

export const SENDER = named('sender');

/** A u32 as bytes, little-endian. */
export function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** The key the probes build in memory for number `index`. */
export function probeKey(contract: Address, kind: KeyKind, index: number): StateKey {
  return encodeStateKey(kind, contract, FIELD, [u32(index)]);
}

/** An access set over keys, every bound the widest. */
export function accessOver(
  keys: readonly StateKey[],
  mode: KeyAccess['mode'],
  contracts: readonly Address[],
  past: readonly StateKey[] = [],
): AccessSet {
  return {
    keys: keys.map((key) => {
      const ceiling = cellMax(keyKind(key));
      return { key, mode, up: ceiling, down: ceiling, floor: 0n, ceiling, extra: false };
    }),
    locks: [],
    past: [...past],
    contracts: [...contracts, SYSTEM_ADDRESS].map((address) => ({ address, codeHash: named('code') })),
    keyCount: keys.length + past.length,
    deployBytes: 0,
  };
}

/** Contracts and state. */
export class ProbeChain {
  readonly state = new Map<string, Uint8Array>();
  readonly contracts = new Map<string, CompiledCode>();
  readonly codes = new Map<string, CompiledCode>();
  pool = new InstancePool(HOST_IMPORTS);

  install(name: string, bytes: Uint8Array): Address {
    const code = compileCode(bytes);
    this.codes.set(code.hashText, code);
    this.contracts.set(bytesText(named(name)), code);
    return named(name);
  }

  setBytes(key: StateKey, value: Uint8Array): void {
    this.state.set(keyText(key), encodeBytesValue(value));
  }

  setCell(key: StateKey, value: bigint): void {
    this.state.set(keyText(key), encodeCell(keyKind(key), value)!);
  }

  fund(address: Address, amount: bigint): void {
    this.setCell(balanceKey(address), amount);
  }

  /** Runs one call as an ordered transaction, or in the tail without an access set. Writes are not kept. */
  run(
    contract: Address,
    selector: number,
    args: Uint8Array,
    access: ReturnType<typeof createEnforcer> | null = null,
  ): RunOutcome {
    return runTransaction(
      {
        sender: SENDER,
        calls: [{ contract, selector, args, value: 0n }],
        gasLimit: GAS_LIMIT,
        index: 0,
        enforcer: access,
        tail: access === null,
      },
      this.#block(),
    );
  }

  #block(): BlockEnvironment {
    const read = (key: StateKey): Uint8Array | undefined => this.state.get(keyText(key));
    return {
      state: { read, past: read },
      codes: {
        contractAt: (address) => {
          const code = this.contracts.get(bytesText(address));
          return code && { codeHash: code.codeHash, creator: SENDER, authority: undefined };
        },
        sizeOf: (hash) => this.codes.get(bytesText(hash))?.codeBytes,
        code: (hash) => this.codes.get(bytesText(hash)),
      },
      pool: this.pool,
      height: 7,
      time: 1_700_000_000_000,
      grandparentHash: new Uint8Array(32),
    };
  }
}
