// Accounts whose address is not that of one key: rotated to another key, or held by several of which some must sign. What
// makes a chain accept them is `setAuthorisationCall` (system-abi.ts), or an address made of the policy from the start.
import { compareBytes, concatBytes } from '@weft/runtime/base/bytes';
import { type Address, accountAddress, encodeAddress, SCHEME } from '@weft/runtime/types/address';
import {
  encodeThresholdPolicy,
  encodeThresholdProof,
  type ThresholdPolicy,
} from '@weft/runtime/types/authorisation-codec';
import { ClientError } from './errors.js';
import type { Account } from './wallet.js';

/** The account of an address that was rotated to a key: the old address, signed for by the new key. */
export function rotatedAccount(address: Address, key: Account): Account {
  return { ...key, address, text: encodeAddress(address) };
}

/** A policy: `threshold` of these keys (32 bytes each, in any order). @throws CodecError for more than 64, or too few */
export function thresholdPolicy(threshold: number, publicKeys: readonly Uint8Array[]): ThresholdPolicy {
  const policy = { threshold, keys: [...publicKeys].sort(compareBytes) };
  encodeThresholdPolicy(policy);
  return policy;
}

/**
 * An account several keys sign for together; as many of `signers` sign as the policy asks. `address`: the one that was
 * rotated to the policy; default: the policy's own. @throws CLIENT_ARGUMENT with too few signers, or one not in the policy
 */
export function thresholdAccount(
  policy: ThresholdPolicy,
  signers: readonly Account[],
  address: Address = accountAddress(SCHEME.THRESHOLD, encodeThresholdPolicy(policy)),
): Account {
  const indexed = signers.map((signer) => ({
    signer,
    index: policy.keys.findIndex((key) => compareBytes(key, signer.publicKey) === 0),
  }));
  const chosen = indexed.sort((a, b) => a.index - b.index).slice(0, policy.threshold);
  const distinct = new Set(chosen.map(({ index }) => index)).size;
  if (distinct < policy.threshold || chosen.some(({ index }) => index < 0)) {
    const expected = `${policy.threshold} of the policy's keys`;
    throw new ClientError('CLIENT_ARGUMENT', { expected, got: signers.length, place: 'signers' });
  }
  const first = chosen[0]!.signer;
  return {
    address,
    text: encodeAddress(address),
    publicKey: first.publicKey,
    sign: (message) => concatBytes(...chosen.map(({ signer }) => signer.sign(message))),
    authorise: (signingBytes) => ({
      scheme: SCHEME.THRESHOLD,
      bytes: encodeThresholdProof({
        policy,
        signatures: chosen.map(({ signer, index }) => ({ index, signature: signer.sign(signingBytes) })),
      }),
    }),
  };
}
