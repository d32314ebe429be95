// Do two transactions conflict by joined modes? The same-sender rule's question; the plan answers it in bulk.
import type { AccessSet } from '../types/access.js';
import { type AccessIndex, indexAccess, lockOf } from './access-index.js';

/**
 * True unless every pair of accesses both read or both add; a lock conflicts with the accesses and locks under and
 * over it by the same table, past with nothing. Linear in both sets.
 */
export function conflicts(a: AccessSet, b: AccessSet): boolean {
  const left = indexAccess(a);
  const right = indexAccess(b);
  for (const [text, entry] of left.keys) {
    const other = right.keys.get(text);
    if (other !== undefined && modesConflict(entry.mode, other.mode)) return true;
  }
  return keysMeetLocks(left, right) || keysMeetLocks(right, left) || locksMeet(left, right);
}

function keysMeetLocks(keys: AccessIndex, locks: AccessIndex): boolean {
  for (const [text, entry] of keys.keys) {
    const lock = lockOf(locks, text);
    if (lock !== undefined && modesConflict(entry.mode, lock)) return true;
  }
  return false;
}

function locksMeet(left: AccessIndex, right: AccessIndex): boolean {
  for (const [name, mode] of left.locks) {
    for (const [other, otherMode] of right.locks) {
      // A contract's name is the beginning of its fields' names.
      const meet = name.startsWith(other) || other.startsWith(name);
      if (meet && modesConflict(mode, otherMode)) return true;
    }
  }
  return false;
}

function modesConflict(a: 'read' | 'write' | 'add', b: 'read' | 'write' | 'add'): boolean {
  return a !== b || a === 'write';
}
