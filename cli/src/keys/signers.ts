// Who signs for an account: a key or a policy kept here, a development account, and what the chain says of it.
import { fromHex, toHex } from '@weft/runtime/base/bytes';
import { decodeAddress } from '@weft/runtime/types/address';
import { encodeThresholdPolicy } from '@weft/runtime/types/authorisation-codec';
import { accountKey, decodeAccountRecord } from '@weft/runtime/types/system';
import type { NodeStatus } from '@weft/sdk/client/node-client';
import { keySigner, type SignerJson } from '@weft/sdk/client/signing-request';
import type { Transport } from '@weft/sdk/client/transport';
import { CliError } from '../errors.js';
import { developmentAccount } from '../session.js';
import { createKeystore } from './keystore.js';
import { findPolicy, policyOf } from './policies.js';

/** An account and who signs for it; no secret. */
export interface Signatory {
  /** bech32m text. */
  readonly address: string;
  readonly signer: SignerJson;
  /** Signatures it takes, and the bytes of its authorisation. */
  readonly signatures: number;
  readonly authorisationBytes: number;
}

/** A key or a policy by name, or a development account by number. @throws CLI_KEY_*, CLI_ACCOUNT */
export async function signatoryOf(
  name: string,
  status: Pick<NodeStatus, 'dev' | 'chainName'>,
): Promise<Signatory> {
  if (/^\d+$/.test(name)) {
    const account = await developmentAccount(status, name);
    return ofKey(account.text, account.publicKey);
  }
  const stored = await findPolicy(name);
  if (stored === undefined) {
    const { address, publicKey } = await createKeystore().show(name);
    return ofKey(address, fromHex(publicKey.slice(2)));
  }
  const policy = encodeThresholdPolicy(policyOf(stored));
  return {
    address: stored.address,
    signer: { scheme: 1, key: `0x${toHex(policy)}` },
    signatures: stored.threshold,
    // Scheme, length and list length, then a signature with its index each.
    authorisationBytes: 9 + policy.length + 65 * stored.threshold,
  };
}

function ofKey(address: string, publicKey: Uint8Array): Signatory {
  return { address, signer: keySigner(publicKey), signatures: 1, authorisationBytes: 101 };
}

/** Who signs for an account by the chain's own record; undefined: it was never rotated. */
export async function recordedSigner(transport: Transport, address: string): Promise<SignerJson | undefined> {
  const key = `0x${toHex(accountKey(decodeAddress(address)))}`;
  const stored = await transport.request('weft_getState', { key });
  if (typeof stored !== 'string') return undefined;
  const record = decodeAccountRecord(fromHex(stored.slice(2)));
  return { scheme: record.scheme as 0 | 1, key: `0x${toHex(record.key)}` };
}

/** Refuses an account that others sign for by now. @throws CLI_SIGNER */
export async function assertCurrent(transport: Transport, { address, signer }: Signatory): Promise<void> {
  const recorded = await recordedSigner(transport, address);
  if (recorded === undefined || (recorded.scheme === signer.scheme && recorded.key === signer.key)) return;
  throw new CliError('CLI_SIGNER', {
    expected: `scheme ${recorded.scheme}, ${recorded.key}`,
    got: signer.key,
    place: address,
  });
}
