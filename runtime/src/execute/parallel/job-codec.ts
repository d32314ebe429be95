// A transaction as a worker needs it: calls, gas, and A(t) with slots in place of keys. Main writes it into the arena
// before the job; not a format of the chain.

import { assert } from '../../base/assert.js';
import { type Reader, Writer } from '../../base/codec.js';
import { LIMITS } from '../../base/limits.js';
import type { AccessSet, KeyAccess, LockAccess } from '../../types/access.js';
import type { Address } from '../../types/address.js';
import { cellMax, keyKind, type StateKey } from '../../types/key.js';
import type { Call } from '../../types/transaction.js';

const MODES = ['read', 'write', 'add'] as const;

/** Where a key planned as an adder puts its sum. */
export interface Adder {
  readonly slot: number;
  readonly run: number;
  readonly member: number;
}

/** What main knows of a transaction that takes part. */
export interface OrderedJob {
  readonly sender: Address;
  readonly calls: readonly Call[];
  /** Gas it may use: limit less what was used before the run. */
  readonly gas: number;
  readonly access: AccessSet;
  /** Slots of `access.keys`, and of `access.past`. */
  readonly keySlots: readonly number[];
  readonly pastSlots: readonly number[];
  readonly adders: readonly Adder[];
}

export function encodeJob(job: OrderedJob): Uint8Array {
  const { access } = job;
  const writer = new Writer().fixed(job.sender, 32).number64(job.gas).u32(access.keyCount);
  writer.list(job.calls, (call) => {
    writer.fixed(call.contract, 32).u32(call.selector).bytes(call.args).u128(call.value);
  });
  writer.list(access.keys, (entry, index) => {
    writer.u32(job.keySlots[index]!).u8(MODES.indexOf(entry.mode)).bool(entry.extra);
    if (entry.mode === 'add') writer.u256(entry.up).u256(entry.down).u256(entry.floor).u256(entry.ceiling);
  });
  writer.list(access.locks, (lock) => {
    writer.fixed(lock.contract, 32).u8(MODES.indexOf(lock.mode)).bool(lock.extra);
    writer.option(lock.field, (field) => writer.fixed(field, 8));
  });
  writer.list(access.contracts, ({ address, codeHash }) => writer.fixed(address, 32).fixed(codeHash, 32));
  writer.list(job.pastSlots, (slot) => writer.u32(slot));
  writer.list(job.adders, ({ slot, run, member }) => writer.u32(slot).u32(run).u32(member));
  return writer.finish();
}

/** Inverse of `encodeJob`; `keyOf` gives a slot's key. */
export function decodeJob(reader: Reader, keyOf: (slot: number) => StateKey): OrderedJob {
  const sender = reader.fixed(32) as Address;
  const gas = reader.number64();
  const keyCount = reader.u32();
  const calls = reader.list(
    (): Call => ({
      contract: reader.fixed(32) as Address,
      selector: reader.u32(),
      args: reader.bytes(LIMITS.transactionBytes),
      value: reader.u128(),
    }),
    LIMITS.calls,
  );
  const keySlots: number[] = [];
  const keys = readAll(reader, (): KeyAccess => {
    const slot = reader.u32();
    keySlots.push(slot);
    return readKey(reader, keyOf(slot));
  });
  const locks = readAll(reader, (): LockAccess => {
    const contract = reader.fixed(32) as Address;
    const mode = MODES[reader.tag(2, 'a lock mode')] as LockAccess['mode'];
    const extra = reader.bool();
    return { contract, mode, extra, field: reader.option(() => reader.fixed(8)) };
  });
  const contracts = readAll(reader, () => ({
    address: reader.fixed(32) as Address,
    codeHash: reader.fixed(32),
  }));
  const pastSlots = readAll(reader, () => reader.u32());
  const adders = readAll(reader, () => ({ slot: reader.u32(), run: reader.u32(), member: reader.u32() }));
  assert(reader.remaining === 0, 'a job is read to its end');
  // What is deployed is counted before anything runs.
  const access = { keys, locks, past: pastSlots.map(keyOf), contracts, keyCount, deployBytes: 0 };
  return { sender, calls, gas, access, keySlots, pastSlots, adders };
}

function readKey(reader: Reader, key: StateKey): KeyAccess {
  const mode = MODES[reader.tag(MODES.length, 'a mode')]!;
  const extra = reader.bool();
  if (mode !== 'add')
    return { key, mode, extra, up: 0n, down: 0n, floor: 0n, ceiling: cellMax(keyKind(key)) };
  const up = reader.u256();
  const down = reader.u256();
  const floor = reader.u256();
  return { key, mode, extra, up, down, floor, ceiling: reader.u256() };
}

function readAll<T>(reader: Reader, read: () => T): T[] {
  return reader.list(read, LIMITS.blockChanges);
}
