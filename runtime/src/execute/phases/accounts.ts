// Accounts of a block that is being reserved, each under the number of its record's key: what is asked of an account for
// every transaction is looked for once.
import { accountImage, balanceImage, nonceImage } from '../../types/system.js';
import type { BlockState } from './state.js';

/** Key material of an Ed25519 authorisation. */
const KEY_BYTES = 32;

export class BlockAccounts {
  /** By account: numbers of its balance and of its first nonce lane. */
  readonly #balances: (number | undefined)[] = [];
  readonly #nonces: (number | undefined)[] = [];
  /** By account: an authorisation whose key speaks for it. */
  readonly #speakers: (Uint8Array | undefined)[] = [];

  constructor(private readonly state: BlockState) {}

  /** The number of an address's record, and so of the account. */
  numberOf(address: Uint8Array): number {
    return this.state.numberOf(accountImage(address));
  }

  /** The number of its balance. */
  balanceOf(account: number, address: Uint8Array): number {
    const known = this.#balances[account];
    if (known !== undefined) return known;
    const number = this.state.numberOf(balanceImage(address));
    this.#balances[account] = number;
    return number;
  }

  /** The number of a lane's sequence. */
  nonceOf(account: number, address: Uint8Array, lane: number): number {
    if (lane !== 0) return this.state.numberOf(nonceImage(address, lane));
    const known = this.#nonces[account];
    if (known !== undefined) return known;
    const number = this.state.numberOf(nonceImage(address, lane));
    this.#nonces[account] = number;
    return number;
  }

  /** The key of an Ed25519 authorisation was found to be the account's. */
  isSpeaker(account: number, authorisation: Uint8Array): boolean {
    const known = this.#speakers[account];
    if (known === undefined) return false;
    for (let index = 0; index < KEY_BYTES; index++) if (known[index] !== authorisation[index]) return false;
    return true;
  }

  /** Its key is the account's: true until the block ends, as records change behind it. */
  addSpeaker(account: number, authorisation: Uint8Array): void {
    this.#speakers[account] = authorisation;
  }
}
