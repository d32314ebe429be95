// Look-ups over an access set: by key text, by lock, by contract. Built once per set; enforcement and conflicts use it.
import { bytesText } from '../base/bytes.js';
import type { AccessSet, KeyAccess } from '../types/access.js';
import { keyText, type StateKey } from '../types/key.js';
import { lockText } from './access-builder.js';

/** A key, or its `keyText` where the caller has it already. */
export type KeyName = StateKey | string;

export interface AccessIndex {
  readonly keys: ReadonlyMap<string, KeyAccess>;
  /** By `lockText`. */
  readonly locks: ReadonlyMap<string, 'read' | 'write'>;
  readonly past: ReadonlySet<string>;
  /** By `bytesText` of the address. */
  readonly contracts: ReadonlySet<string>;
}

const indexes = new WeakMap<AccessSet, AccessIndex>();

/** The index of a set, kept as long as the set. */
export function indexAccess(access: AccessSet): AccessIndex {
  let index = indexes.get(access);
  if (index === undefined) {
    index = {
      keys: new Map(access.keys.map((entry) => [keyText(entry.key), entry])),
      locks: new Map(access.locks.map((lock) => [lockText(lock.contract, lock.field), lock.mode])),
      past: new Set(access.past.map(keyText)),
      contracts: new Set(access.contracts.map((contract) => bytesText(contract.address))),
    };
    indexes.set(access, index);
  }
  return index;
}

/** The joined mode of a declared key; undefined where the key itself is not declared (a lock may cover it). */
export function modeOf(access: AccessSet, key: KeyName): 'read' | 'write' | 'add' | undefined {
  return indexAccess(access).keys.get(textOf(key))?.mode;
}

/** The stronger of the field and contract locks over a key. */
export function lockOver(access: AccessSet, key: KeyName): 'read' | 'write' | undefined {
  return lockOf(indexAccess(access), textOf(key));
}

export function lockOf(index: AccessIndex, text: string): 'read' | 'write' | undefined {
  if (index.locks.size === 0) return undefined;
  const field = index.locks.get(text.slice(1, 41));
  const contract = index.locks.get(text.slice(1, 33));
  return field === 'write' || contract === 'write' ? 'write' : (field ?? contract);
}

export function textOf(key: KeyName): string {
  return typeof key === 'string' ? key : keyText(key);
}
