// Whether an authorisation speaks for an address, under the block's signature rule. First half of Reserve.
import { ByteImage, ByteTable } from '../../base/byte-table.js';
import { bytesEqual } from '../../base/bytes.js';
import { accountAddress, SCHEME } from '../../types/address.js';
import { type AuthorisationCheck, speaksFor, verifyAuthorisation } from '../../types/authorisation.js';
import type { Authorisation, SignedTransaction } from '../../types/transaction.js';

/** `strict` in `process`, `zip215` for what is decided, `known`: these bytes passed the strict rule before. */
export type SignatureRule = 'strict' | 'zip215' | 'known';

/** What an authorisation is checked against. */
export type AuthorisationRequest = Omit<AuthorisationCheck, 'rule' | 'signingBytes'> & {
  readonly rule: SignatureRule;
  /** Whose signing bytes `strict` and `zip215` ask for. */
  readonly transaction: Pick<SignedTransaction, 'signingBytes'>;
  readonly addresses?: AddressMemo | undefined;
};

/** Addresses remembered at most; all are forgotten together. */
const REMEMBERED_MAX = 1 << 16;

/** Which Ed25519 keys were found to have which address: a look-up costs a twentieth of the hash. */
export class AddressMemo {
  readonly #pairs: ByteTable;
  readonly #image = new ByteImage();

  /** `seed`: see `ByteTable`. */
  constructor(seed: number) {
    this.#pairs = new ByteTable(seed);
  }

  /** Whether `address` is the one that `key` (32 bytes) has by default. */
  has(address: Uint8Array, key: Uint8Array): boolean {
    const image = this.#image;
    for (let index = 0; index < 32; index++) {
      image.bytes[index] = address[index]!;
      image.bytes[32 + index] = key[index]!;
    }
    image.length = 64;
    if (this.#pairs.find(image) >= 0) return true;
    if (!bytesEqual(accountAddress(SCHEME.ED25519, key), address)) return false;
    if (this.#pairs.size >= REMEMBERED_MAX) this.#pairs.clear();
    this.#pairs.intern(image);
    return true;
  }
}

/**
 * True when the authorisation is the address's own and its signatures hold. A known signature still has to come from
 * the key the account has now: that may have changed since it was checked.
 */
export function isAuthorised(authorisation: Authorisation, request: AuthorisationRequest): boolean {
  const { rule } = request;
  if (rule !== 'known') {
    const { signingBytes } = request.transaction;
    return verifyAuthorisation(authorisation, { ...request, rule, signingBytes });
  }
  const { addresses } = request;
  return speaksFor(authorisation, request, addresses && ((address, key) => addresses.has(address, key)));
}
