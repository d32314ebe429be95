// Whose pending transactions a block may have made stale: the accounts in what it changed that Reserve reads.
import type { ValueChange } from '../types/block.js';
import { isKeyOf, KEY_HEAD_BYTES } from '../types/key.js';
import { SYSTEM_ADDRESS, SYSTEM_FIELD } from '../types/system.js';
import { decodeCell } from '../types/value.js';

const ACCOUNT_FIELDS = [SYSTEM_FIELD.nonce, SYSTEM_FIELD.expiring, SYSTEM_FIELD.account] as const;
const BALANCE = [SYSTEM_FIELD.balance] as const;
/** Fields whose change concerns everybody. */
const COMMON_FIELDS = [SYSTEM_FIELD.parameters, SYSTEM_FIELD.genesis] as const;
/** Gathered at most, repetitions counted; past it, it may be anybody. */
const ACCOUNTS_MAX = 1 << 18;
const ADDRESS_AT = KEY_HEAD_BYTES + 2;

/** Gathers accounts over the blocks since they were last taken. At the beginning it may be anybody. */
export class TouchedAccounts {
  /** Undefined: anybody. */
  #accounts: Uint8Array[] | undefined;

  /** Of a block. Addresses are views into its keys. */
  note(diff: readonly ValueChange[]): void {
    for (const change of diff) {
      const { key } = change;
      if (isPoorer(change) || isOfOne(key, ACCOUNT_FIELDS))
        this.add(key.subarray(ADDRESS_AT, ADDRESS_AT + 32));
      else if (isOfOne(key, COMMON_FIELDS)) this.#accounts = undefined;
    }
  }

  add(account: Uint8Array): void {
    if (this.#accounts?.push(account) === ACCOUNTS_MAX) this.clear();
  }

  clear(): void {
    this.#accounts = undefined;
  }

  /** What was gathered, with repetitions; undefined: anybody. It begins anew. */
  take(): readonly Uint8Array[] | undefined {
    const accounts = this.#accounts;
    this.#accounts = [];
    return accounts;
  }
}

function isPoorer({ key, before, after }: ValueChange): boolean {
  return isOfOne(key, BALANCE) && decodeCell(2, after) < decodeCell(2, before);
}

function isOfOne(key: Uint8Array, fields: readonly Uint8Array[]): boolean {
  for (const field of fields) if (isKeyOf(key, SYSTEM_ADDRESS, field)) return true;
  return false;
}
