// Whether an authorisation speaks for an address, under the block's signature rule. First half of Reserve.
import { bytesEqual } from '../../base/bytes.js';
import { accountAddress, SCHEME } from '../../types/address.js';
import { type AuthorisationCheck, authorisationKey, verifyAuthorisation } from '../../types/authorisation.js';
import type { Authorisation } from '../../types/transaction.js';

/** `strict` in `process`, `zip215` for what is decided, `known`: these bytes passed the strict rule before. */
export type SignatureRule = 'strict' | 'zip215' | 'known';

/** What an authorisation is checked against. */
export type AuthorisationRequest = Omit<AuthorisationCheck, 'rule'> & { readonly rule: SignatureRule };

/**
 * True when the authorisation is the address's own and its signatures hold. A known signature still has to come from
 * the key the account has now: that may have changed since it was checked.
 */
export function isAuthorised(authorisation: Authorisation, request: AuthorisationRequest): boolean {
  const { rule } = request;
  if (rule !== 'known') return verifyAuthorisation(authorisation, { ...request, rule });
  const { scheme } = authorisation;
  if (scheme === SCHEME.DEVELOPMENT) return request.dev && request.record === undefined;
  const key = authorisationKey(authorisation);
  if (request.record === undefined) return bytesEqual(accountAddress(scheme, key), request.address);
  return request.record.scheme === scheme && bytesEqual(request.record.key, key);
}
