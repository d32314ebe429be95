// Accounts of a block that is being reserved, each under the number of its record's key: what is asked of an account for
// every transaction is looked for once.
import { hasBytesAt } from '../../base/bytes.js';
import { SCHEME } from '../../types/address.js';
import { ED25519_KEY_BYTES } from '../../types/authorisation-codec.js';
import { accountImage, balanceImage, nonceImage } from '../../types/system.js';
import type { SignedTransaction } from '../../types/transaction.js';
import type { BlockState } from './state.js';

/** Where the key stands in an Ed25519 authorisation of wire bytes: behind its scheme and length. */
const KEY_AT = 5;

export class BlockAccounts {
  /** By account: numbers of its balance and of its first nonce lane. */
  readonly #balances: (number | undefined)[] = [];
  readonly #nonces: (number | undefined)[] = [];
  /** By account: an Ed25519 key that speaks for it. */
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

  /** The key of the sender's authorisation was found to be the account's. */
  isSpeaker(
    account: number,
    { bytes, bodyBytes, senderScheme }: Pick<SignedTransaction, 'bytes' | 'bodyBytes' | 'senderScheme'>,
  ): boolean {
    const known = this.#speakers[account];
    if (known === undefined || senderScheme !== SCHEME.ED25519) return false;
    return hasBytesAt(bytes, bodyBytes + KEY_AT, known);
  }

  /** Its key is the account's: true until the block ends, as records change behind it. */
  addSpeaker(account: number, authorisation: Uint8Array): void {
    this.#speakers[account] = authorisation.subarray(0, ED25519_KEY_BYTES);
  }
}
