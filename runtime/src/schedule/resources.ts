// Names of keys, fields and contracts become small integers once per block, so that planning indexes arrays.
// First step of planSchedule; everything after it works on these numbers.
import { bytesText } from '../base/bytes.js';
import type { AccessSet } from '../types/access.js';
import { keyText } from '../types/key.js';

/** One declared key: the numbers of the key, its field and its contract. */
export interface KeyUse {
  readonly key: number;
  readonly field: number;
  readonly contract: number;
}

/** One lock; `field` is -1 for a whole contract. */
export interface LockUse {
  readonly field: number;
  readonly contract: number;
  readonly write: boolean;
}

/** A(t) in numbers; `keys` runs beside `access.keys`, `locks` beside `access.locks`. */
export interface ResourceUse {
  readonly access: AccessSet;
  readonly keys: readonly KeyUse[];
  readonly locks: readonly LockUse[];
}

/** A block's accesses in numbers; undefined where a transaction has no A. */
export interface Resources {
  readonly uses: readonly (ResourceUse | undefined)[];
  readonly keyCount: number;
  readonly fieldCount: number;
  readonly contractCount: number;
}

// A key's text is kind(1) ‖ contract(32) ‖ field(8) ‖ components, one character a byte.
const CONTRACT_START = 1;
const FIELD_START = 33;
const FIELD_END = 41;

/** Numbers every resource of the accesses, in order of first appearance. Linear in the declared keys. */
export function numberResources(accesses: readonly (AccessSet | undefined)[]): Resources {
  const keys = new Map<string, number>();
  const fields = new Map<string, number>();
  const contracts = new Map<string, number>();
  const uses = accesses.map((access): ResourceUse | undefined => {
    if (access === undefined) return undefined;
    return {
      access,
      keys: access.keys.map(({ key }) => {
        const text = keyText(key);
        return {
          key: numberOf(keys, text),
          field: numberOf(fields, text.slice(CONTRACT_START, FIELD_END)),
          contract: numberOf(contracts, text.slice(CONTRACT_START, FIELD_START)),
        };
      }),
      locks: access.locks.map((lock) => {
        const contract = bytesText(lock.contract);
        return {
          field: lock.field === undefined ? -1 : numberOf(fields, contract + bytesText(lock.field)),
          contract: numberOf(contracts, contract),
          write: lock.mode === 'write',
        };
      }),
    };
  });
  return { uses, keyCount: keys.size, fieldCount: fields.size, contractCount: contracts.size };
}

function numberOf(numbers: Map<string, number>, name: string): number {
  const known = numbers.get(name);
  if (known !== undefined) return known;
  numbers.set(name, numbers.size);
  return numbers.size - 1;
}
