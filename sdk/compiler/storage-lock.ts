// `storage.lock.json`, committed beside a contract: where each field lies and what it holds. An upgrade keeps the state,
// so a build that would read old values under a new type, or lose them, is refused with an explanation.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { toHex } from '@weft/runtime/base/bytes';
import { layoutText } from '@weft/runtime/types/layout';
import type { ContractModel, ResolvedField } from './contract-model.js';
import { CompileError } from './errors.js';
import { placeOf } from './syntax.js';

export const LOCK_FILE = 'storage.lock.json';
const VERSION = 1;

/** `check`: the lock holds if there is one. `write`: also adds new fields, and makes the file. `off`: nothing. */
export type LockMode = 'check' | 'write' | 'off';

interface LockedField {
  readonly name: string;
  /** 16 hexadecimal digits: where the field's keys begin. */
  readonly slot: string;
  /** Storage class, keys and value in layout text: what the bytes mean. */
  readonly holds: string;
}
interface StorageLock {
  readonly version: number;
  readonly contract: string;
  readonly fields: readonly LockedField[];
  /** Fields that are gone for good; their values stay, so neither name nor slot is used again. */
  readonly retired: readonly LockedField[];
}

/** The lock beside an entry file, undefined when there is none. @throws COMPILE_LOCK for a file that is none */
export async function readLock(folder: string): Promise<StorageLock | undefined> {
  const text = await readFile(path.join(folder, LOCK_FILE), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CompileError('COMPILE_LOCK', { message: `${LOCK_FILE} is not JSON`, place: LOCK_FILE }, cause);
  }
  if (!isLock(value)) {
    const message = `${LOCK_FILE} is not a storage lock of version ${VERSION}`;
    throw new CompileError('COMPILE_LOCK', { message, place: LOCK_FILE });
  }
  return value;
}

/** Holds the contract against its lock. @throws COMPILE_LOCK */
export function checkLock(lock: StorageLock, contract: ContractModel): void {
  const bySlot = new Map(contract.fields.map((field) => [slotOf(field), field]));
  const byName = new Map(contract.fields.map((field) => [field.name, field]));
  for (const locked of lock.fields) {
    const field = bySlot.get(locked.slot);
    const named = byName.get(locked.name);
    if (field && holdsOf(field) !== locked.holds) refuseRetyped(field, locked);
    if (!field && named) refuseMoved(named, locked);
    if (!field) refuseLost(contract, locked);
  }
  for (const retired of lock.retired) {
    const field = bySlot.get(retired.slot);
    if (field) refuseRetired(field, retired);
  }
}

/** Writes the lock with the contract's fields, when that changes it. */
export async function writeLock(
  folder: string,
  lock: StorageLock | undefined,
  contract: ContractModel,
): Promise<void> {
  const next: StorageLock = {
    version: VERSION,
    contract: contract.name,
    fields: contract.fields.map((field) => ({
      name: field.name,
      slot: slotOf(field),
      holds: holdsOf(field),
    })),
    retired: lock?.retired ?? [],
  };
  const text = `${JSON.stringify(next, undefined, 2)}\n`;
  if (lock && `${JSON.stringify(lock, undefined, 2)}\n` === text) return;
  await writeFile(path.join(folder, LOCK_FILE), text);
}

function slotOf(field: ResolvedField): string {
  return toHex(field.id).replace(/^0x/, '');
}

/** Struct fields by position: their names are not in the bytes. */
function holdsOf(field: ResolvedField): string {
  const keys = field.keys.map((key) => layoutText(key.layout));
  const cell = field.kind === 0 ? '' : 'cell ';
  const list = field.leaf === 'List' ? 'list ' : '';
  return `${list}${keys.length > 0 ? `[${keys.join(', ')}] ` : ''}${cell}${layoutText(field.value.layout)}`;
}

function refuseRetyped(field: ResolvedField, locked: LockedField): never {
  throw new CompileError('COMPILE_LOCK', {
    message: `${field.name} held ${locked.holds} and now holds ${holdsOf(field)}: values on chain would be misread`,
    write: [
      `the new type under a new name, filled from ${field.name} by a @migrate method`,
      'the old type',
      `if it was never deployed: no entry for ${locked.name} in ${LOCK_FILE}`,
    ],
    place: placeOf(field.declaration.name),
  });
}

function refuseMoved(field: ResolvedField, locked: LockedField): never {
  throw new CompileError('COMPILE_LOCK', {
    message: `${field.name} moved to another slot: its values on chain would be out of reach`,
    write: [
      `${field.name} without @slot, or with the slot it had`,
      `if it was never deployed: no entry for ${locked.name} in ${LOCK_FILE}`,
    ],
    place: placeOf(field.declaration.name),
  });
}

function refuseLost(contract: ContractModel, locked: LockedField): never {
  throw new CompileError('COMPILE_LOCK', {
    message: `${locked.name} is gone: its values on chain would be out of reach`,
    write: [
      `the field ${locked.name}`,
      `@slot('${locked.name}') before the field that has a new name`,
      `if nothing needs them: the entry of ${locked.name} moved to "retired" in ${LOCK_FILE}`,
    ],
    place: placeOf(contract.declaration.name),
  });
}

function refuseRetired(field: ResolvedField, retired: LockedField): never {
  throw new CompileError('COMPILE_LOCK', {
    message: `${field.name} lies where ${retired.name} lay, whose values are still on chain`,
    write: ['another name'],
    place: placeOf(field.declaration.name),
  });
}

function isLock(value: unknown): value is StorageLock {
  if (typeof value !== 'object' || value === null) return false;
  const { version, contract, fields, retired } = value as Record<string, unknown>;
  return version === VERSION && typeof contract === 'string' && isFields(fields) && isFields(retired);
}

function isFields(value: unknown): value is LockedField[] {
  return (
    Array.isArray(value) &&
    value.every((one: unknown) => {
      const { name, slot, holds } = (one ?? {}) as Record<string, unknown>;
      return typeof name === 'string' && typeof slot === 'string' && typeof holds === 'string';
    })
  );
}
