// Which two uses of one resource conflict, and how that is called. On a key, uses are modes; on a field or a contract
// they are locks, and what lies under them.
import type { ExplainedResource, UseMode, WaitReason } from '../types/explain-record.js';

/** How a transaction stands to a field or a contract; `lockReadChange` reads all of it and changes a key under it. */
export type LevelUse = 'underRead' | 'underChange' | 'lockRead' | 'lockReadChange' | 'lockWrite';
/** How it stands to a resource. */
export type ResourceUse = UseMode | LevelUse;

/** Rows: the later use; columns: the earlier one. */
const ON_KEYS: Readonly<Record<UseMode, Readonly<Partial<Record<UseMode, WaitReason>>>>> = {
  read: { add: 'WAIT_READ_AFTER_ADD', unfit: 'WAIT_READ_AFTER_ADD', write: 'WAIT_READ_AFTER_WRITE' },
  add: { read: 'WAIT_ADD_AFTER_READ', unfit: 'WAIT_ADD_BOUNDS', write: 'WAIT_ADD_AFTER_WRITE' },
  unfit: {
    read: 'WAIT_ADD_AFTER_READ',
    add: 'WAIT_ADD_BOUNDS',
    unfit: 'WAIT_ADD_BOUNDS',
    write: 'WAIT_ADD_AFTER_WRITE',
  },
  write: {
    read: 'WAIT_WRITE_AFTER_READ',
    add: 'WAIT_WRITE_AFTER_ADD',
    unfit: 'WAIT_WRITE_AFTER_ADD',
    write: 'WAIT_WRITE_AFTER_WRITE',
  },
};

/** Why `later` waits for `earlier` on one resource; undefined: they share it. */
export function waitReason(
  kind: ExplainedResource['kind'],
  later: ResourceUse,
  earlier: ResourceUse,
): WaitReason | undefined {
  if (kind === 'key') return ON_KEYS[later as UseMode][earlier as UseMode];
  if (!levelsConflict(later as LevelUse, earlier as LevelUse)) return undefined;
  return kind === 'field' ? 'WAIT_FIELD_LOCK' : 'WAIT_CONTRACT_LOCK';
}

/** Both uses of a field or contract by one transaction, as one that conflicts with what either conflicts with. */
export function joinLevels(have: LevelUse | undefined, next: LevelUse): LevelUse {
  if (have === undefined || have === next || have === 'underRead') return next;
  if (next === 'underRead') return have;
  return have === 'lockWrite' || next === 'lockWrite' ? 'lockWrite' : 'lockReadChange';
}

function levelsConflict(a: LevelUse, b: LevelUse): boolean {
  if (a === 'lockWrite' || b === 'lockWrite') return true;
  return (locks(a) && changes(b)) || (locks(b) && changes(a));
}

const locks = (use: LevelUse): boolean => use === 'lockRead' || use === 'lockReadChange';
const changes = (use: LevelUse): boolean => use === 'underChange' || use === 'lockReadChange';
