// The one hash of the protocol, SHA-256, and its domain-separated form. Implementations: `#hash`.
import { hashPair, sha256, sha256Into } from '#hash';
import { concatBytes, utf8 } from './bytes.js';

export { hashPair, sha256, sha256Into };

/** Domains are constants of the code, so there are few. */
const domains = new Map<string, Uint8Array>();

/** SHA-256(UTF-8 of `domain` ‖ parts), 32 bytes. Domains end in `/version`; parts are fixed-size or self-delimiting. */
export function sha256Domain(domain: string, ...parts: readonly Uint8Array[]): Uint8Array {
  let prefix = domains.get(domain);
  if (prefix === undefined) {
    prefix = utf8(domain);
    domains.set(domain, prefix);
  }
  return sha256(concatBytes(prefix, ...parts));
}

/** SHA-256 of no bytes: the root of an empty tree and of what is reserved. */
export const HASH_OF_NOTHING: Uint8Array = sha256(new Uint8Array(0));
