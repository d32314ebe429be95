// Claims signed off chain: whoever brings the signature pays for the transaction.
import { Writer } from '@weft/runtime/base/codec';
import { sha256 } from '@weft/runtime/base/hash';
import { decodeAddress } from '@weft/runtime/types/address';
import type { Account } from '@weft/sdk/client/wallet';

/** What is attested. `expiry`: ms, 0 for never; hashes and salt are 32 bytes, zeros for none. */
export interface Claim {
  readonly schema: Uint8Array;
  /** Address as text. */
  readonly subject: string;
  readonly data: Uint8Array;
  readonly reference: Uint8Array;
  readonly expiry: bigint;
  readonly salt: Uint8Array;
}

/** The domain of an Attest contract, by the block hash it was created under. */
export function attestDomain(contract: string, blockHash: Uint8Array): Uint8Array {
  return sha256(
    new Writer().string('weft/attest/1').fixed(decodeAddress(contract), 32).fixed(blockHash, 32).finish(),
  );
}

/** The id of an attestation before it is made, 32 bytes. */
export function attestationUid(attester: string, claim: Claim): Uint8Array {
  return sha256(new Writer().fixed(decodeAddress(attester), 32).fixed(claimBytes(claim)).finish());
}

/** The id of a schema before it is registered, 32 bytes. */
export function schemaId(author: string, text: string, revocable: boolean): Uint8Array {
  return sha256(new Writer().fixed(decodeAddress(author), 32).string(text).bool(revocable).finish());
}

/** What the attester signs, 32 bytes; equal to the contract's `claimDigest`. */
export function claimDigest(
  domain: Uint8Array,
  attester: string,
  claim: Claim,
  deadline: bigint,
): Uint8Array {
  const by = sha256(new Writer().fixed(domain, 32).fixed(decodeAddress(attester), 32).finish());
  return sha256(new Writer().fixed(by, 32).fixed(claimBytes(claim)).u64(deadline).finish());
}

/** The arguments of `attestByDelegation`, signed by the attester's own key, good until the deadline (ms). */
export function signClaim(attester: Account, claim: Claim, deadline: bigint, digest: Uint8Array) {
  const { text, publicKey } = attester;
  return {
    claim: { ...claim },
    delegated: { attester: text, key: publicKey, deadline, signature: attester.sign(digest) },
  };
}

function claimBytes({ schema, subject, data, reference, expiry, salt }: Claim): Uint8Array {
  return new Writer()
    .fixed(schema, 32)
    .fixed(decodeAddress(subject), 32)
    .fixed(data, 32)
    .fixed(reference, 32)
    .u64(expiry)
    .fixed(salt, 32)
    .finish();
}
