// System methods over existing contracts: `upgrade` and `setUpgradeAuthority`. Neither changes code in this block: an
// upgrade is noted here and carried out at the next block's start (execute/phases/upgrades.ts).
import { bytesEqual } from '../base/bytes.js';
import { LIMITS } from '../base/limits.js';
import type { Address, Hash32 } from '../types/address.js';
import {
  type ContractRecord,
  codeKey,
  contractKey,
  decodeContractRecord,
  encodeContractRecord,
  upgradesKey,
} from '../types/system.js';
import { decodeUpgrades, encodeUpgrades, type PendingUpgrade, readMigration } from '../types/upgrade.js';
import type { Frame } from './frame.js';
import { SYSTEM_KEY } from './host-memory.js';
import { decodeArguments } from './system-arguments.js';

/** Notes an upgrade. The migration's gas is taken here, whatever it will use. */
export function upgrade(frame: Frame): void {
  const { run, request } = frame;
  const price = run.schedule.system.upgrade;
  frame.charge(price.base + price.byte * request.args.length);
  const pending = decodeArguments(frame, (reader): PendingUpgrade => {
    const contract = reader.fixed(32) as Address;
    const codeHash = reader.fixed(32) as Hash32;
    return { contract, codeHash, migration: reader.option(() => readMigration(reader)) };
  });
  if (pending.migration !== undefined) frame.charge(pending.migration.gasLimit);
  frame.assertWritable();
  assertAuthority(frame, pending.contract);
  // Also of code uploaded in this block: it is on chain when the upgrade takes effect.
  if (run.state.readStored(SYSTEM_KEY.of(codeKey(pending.codeHash))) === undefined)
    frame.fail('CODE_UNKNOWN');
  const key = upgradesKey();
  const stored = run.state.readStored(SYSTEM_KEY.of(key));
  const upgrades = [...(stored === undefined ? [] : decodeUpgrades(stored)), pending];
  const bytes = upgrades.reduce((sum, { migration }) => sum + ENTRY_BYTES + (migration?.args.length ?? 0), 0);
  if (upgrades.length > LIMITS.upgrades || bytes > LIMITS.upgradesBytes) frame.fail('UPGRADES_FULL');
  run.state.write(SYSTEM_KEY.of(key), encodeUpgrades(upgrades));
}

/** Most an entry takes besides its arguments. */
const ENTRY_BYTES = 81;

/** Who may upgrade from now on; none: nobody, for ever. An upgrade noted before is carried out all the same. */
export function setUpgradeAuthority(frame: Frame): void {
  frame.charge(frame.run.schedule.system.setUpgradeAuthority.base);
  const { contract, authority } = decodeArguments(frame, (reader) => ({
    contract: reader.fixed(32) as Address,
    authority: reader.option(() => reader.fixed(32) as Address),
  }));
  frame.assertWritable();
  const record = assertAuthority(frame, contract);
  frame.run.state.write(SYSTEM_KEY.of(contractKey(contract)), encodeContractRecord({ ...record, authority }));
}

/** The record of a contract that the caller may upgrade; the call ends otherwise. */
function assertAuthority(frame: Frame, contract: Address): ContractRecord {
  const stored = frame.run.state.readStored(SYSTEM_KEY.of(contractKey(contract)));
  if (stored === undefined) frame.fail('UNKNOWN_CONTRACT');
  const record = decodeContractRecord(stored);
  const { authority } = record;
  if (authority === undefined || !bytesEqual(authority, frame.request.caller)) frame.fail('NOT_AUTHORITY');
  return record;
}
