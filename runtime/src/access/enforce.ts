// What a running transaction may touch: the host functions ask before every effect. Decided by A(t) alone; the plan
// never changes what is enforced. SPEC: runtime/docs/spec/access.md.
import { bytesText } from '../base/bytes.js';
import type { AccessSet } from '../types/access.js';
import { indexAccess, type KeyName, lockOf, textOf } from './access-index.js';

/** How a key may be added to. */
export type AddRule =
  /** Any amount, any bound. */
  | { readonly mode: 'write' }
  /** Increases and decreases up to these totals; no bound tighter than these. */
  | {
      readonly mode: 'add';
      readonly up: bigint;
      readonly down: bigint;
      readonly floor: bigint;
      readonly ceiling: bigint;
    };

/** Answers about one access set; a refusal is an access violation. Keys may be given as their `keyText`. */
export interface Enforcer {
  mayRead(key: KeyName): boolean;
  mayWrite(key: KeyName): boolean;
  mayPast(key: KeyName): boolean;
  /** undefined: it may not be added to. */
  addRule(key: KeyName): AddRule | undefined;
  /** The contract is among those the resolved calls reach. */
  mayCall(contract: Uint8Array): boolean;
}

const ANY_ADD: AddRule = { mode: 'write' };

/** The enforcer of an access set. Constant time a question: at most three map look-ups. */
export function createEnforcer(access: AccessSet): Enforcer {
  const index = indexAccess(access);
  return {
    mayRead(key) {
      const text = textOf(key);
      const mode = index.keys.get(text)?.mode;
      return mode === 'read' || mode === 'write' || lockOf(index, text) !== undefined;
    },
    mayWrite(key) {
      const text = textOf(key);
      return index.keys.get(text)?.mode === 'write' || lockOf(index, text) === 'write';
    },
    mayPast(key) {
      return index.past.has(textOf(key));
    },
    addRule(key) {
      const text = textOf(key);
      const entry = index.keys.get(text);
      if (entry?.mode === 'add') {
        const { up, down, floor, ceiling } = entry;
        return { mode: 'add', up, down, floor, ceiling };
      }
      return entry?.mode === 'write' || lockOf(index, text) === 'write' ? ANY_ADD : undefined;
    },
    mayCall(contract) {
      return index.contracts.has(bytesText(contract));
    },
  };
}
