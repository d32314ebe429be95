// The seal of a block: the validator's Ed25519 signature over the header hash, kept in the block's record.
import { ed25519VerifyStrict } from '#crypto';
import { concatBytes, utf8 } from '../../base/bytes.js';
import type { Genesis } from '../../types/genesis.js';

const DOMAIN = utf8('weft/seal/1');
const SEAL_BYTES = 64;

/** What a validator signs: the domain, then the 32 bytes of the header hash. */
export function sealMessage(headerHash: Uint8Array): Uint8Array {
  return concatBytes(DOMAIN, headerHash);
}

/** Whether `seal` is the signature of one of the genesis validators over this header. */
export function isSealed(genesis: Genesis, headerHash: Uint8Array, seal: Uint8Array): boolean {
  if (seal.length !== SEAL_BYTES) return false;
  const message = sealMessage(headerHash);
  return genesis.validators.some(({ publicKey }) => ed25519VerifyStrict(seal, message, publicKey));
}
