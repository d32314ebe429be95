// Upgrades that wait for the next block: what the system method `upgrade` leaves in state and the start of the next
// block carries out. SPEC: runtime/docs/spec/system.md §upgrade.
import { decodeExact, type Reader, Writer } from '../base/codec.js';
import { CodecError } from '../base/codec-error.js';
import { LIMITS } from '../base/limits.js';
import type { Address, Hash32 } from './address.js';
import { decodeValue, encodeValue } from './value.js';

/** A call of the upgraded contract by itself, under its new code; its gas is paid for already. */
export interface Migration {
  readonly gasLimit: number;
  readonly selector: number;
  readonly args: Uint8Array;
}

/** A contract gets other code at the next block's start. */
export interface PendingUpgrade {
  readonly contract: Address;
  readonly codeHash: Hash32;
  /** Absent: only the code changes. */
  readonly migration?: Migration | undefined;
}

/** gas limit u64, selector u32, arguments as bytes: the struct of the method's third argument. */
export function writeMigration(writer: Writer, migration: Migration): void {
  writer.number64(migration.gasLimit).u32(migration.selector).bytes(migration.args);
}

/** Inverse of `writeMigration`. @throws CodecError */
export function readMigration(reader: Reader): Migration {
  return { gasLimit: reader.number64(), selector: reader.u32(), args: reader.bytes(LIMITS.valueBytes) };
}

/** The stored value under `upgradesKey()`, in the order asked for. @throws CODEC_LIMIT for more than one value holds */
export function encodeUpgrades(upgrades: readonly PendingUpgrade[]): Uint8Array {
  assertCount(upgrades.length);
  const writer = new Writer();
  writer.list(upgrades, ({ contract, codeHash, migration }) => {
    writer.fixed(contract, 32).fixed(codeHash, 32);
    writer.option(migration, (call) => writeMigration(writer, call));
  });
  return encodeValue('UPGRADES', writer.finish());
}

/** @throws CodecError */
export function decodeUpgrades(stored: Uint8Array): PendingUpgrade[] {
  return decodeExact(decodeValue('UPGRADES', stored), 'upgrades', (reader) => {
    const upgrades = reader.list(() => {
      const contract = reader.fixed(32) as Address;
      const codeHash = reader.fixed(32) as Hash32;
      return { contract, codeHash, migration: reader.option(() => readMigration(reader)) };
    }, LIMITS.upgrades);
    assertCount(upgrades.length);
    return upgrades;
  });
}

/** None at all is an absent value. */
function assertCount(count: number): void {
  if (count >= 1 && count <= LIMITS.upgrades) return;
  throw new CodecError('CODEC_LIMIT', { expected: `1..${LIMITS.upgrades}`, got: count, place: 'upgrades' });
}
