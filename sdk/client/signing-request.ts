// A transaction on its way to its signatures: made where the chain is, signed where the keys are (by one after the other,
// or by each on a copy), put together, sent. Plain JSON between those places; what it asks for can be read before signing.
import { bytesEqual, compareBytes, concatBytes, fromHex, toHex } from '@weft/runtime/base/bytes';
import { CodecError } from '@weft/runtime/base/codec-error';
import { ed25519VerifyStrict } from '@weft/runtime/base/signature';
import { type Address, accountAddress, encodeAddress, SCHEME } from '@weft/runtime/types/address';
import {
  decodeThresholdPolicy,
  encodeThresholdProof,
  type ThresholdPolicy,
} from '@weft/runtime/types/authorisation-codec';
import type { Authorisation, TransactionBody } from '@weft/runtime/types/transaction';
import {
  decodeBody,
  encodeBody,
  encodeTransaction,
  signingBytes,
} from '@weft/runtime/types/transaction-codec';
import { ClientError } from './errors.js';
import type { Account } from './wallet.js';

/** The version this build reads and writes. */
export const REQUEST_VERSION = 1;

/** Who has to sign for an address: scheme 0 and a public key, or scheme 1 and a policy, in 0x hex. */
export interface SignerJson {
  readonly scheme: 0 | 1;
  readonly key: string;
}

/** The file. All bytes in 0x hex. */
export interface SigningRequest {
  readonly version: typeof REQUEST_VERSION;
  /** For people: what is signed is the genesis hash in the body. */
  readonly chainName: string;
  /** Canonical bytes of the transaction's body. */
  readonly body: string;
  readonly sender: SignerJson;
  /** Exactly with a payer in the body. */
  readonly payer?: SignerJson;
  /** By public key, ascending; every one holds. */
  readonly signatures: readonly { readonly key: string; readonly signature: string }[];
}

/** What is still missing. */
export interface MissingSignatures {
  readonly role: 'sender' | 'payer';
  /** How many more, of these keys (0x hex). */
  readonly count: number;
  readonly keys: readonly string[];
}

/** @throws CodecError for a body that has no encoding, CLIENT_REQUEST for a payer without signer or the reverse */
export function createSigningRequest(
  chainName: string,
  body: TransactionBody,
  sender: SignerJson,
  payer?: SignerJson,
): SigningRequest {
  if ((body.payer === undefined) !== (payer === undefined))
    throw refuse('a signer for the payer exactly with a payer', 'payer');
  return {
    version: REQUEST_VERSION,
    chainName,
    body: `0x${toHex(encodeBody(body))}`,
    sender,
    ...(payer ? { payer } : {}),
    signatures: [],
  };
}

/** The signer of an account held by one key. */
export function keySigner(publicKey: Uint8Array): SignerJson {
  return { scheme: SCHEME.ED25519, key: `0x${toHex(publicKey)}` };
}

/** Reads a file's text and holds every signature in it against its body. @throws CLIENT_REQUEST */
export function parseSigningRequest(text: string): SigningRequest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refuse('JSON', 'file', cause);
  }
  const request = checkForm(value);
  const message = signingBytes(bodyOf(request));
  for (const { key, signature } of request.signatures)
    if (!holds(bytesOf(signature), message, bytesOf(key)))
      throw refuse('a signature that holds', `signature of ${key}`);
  return request;
}

/** What is to be signed. @throws CLIENT_REQUEST */
export function bodyOf({ body }: SigningRequest): TransactionBody {
  try {
    return decodeBody(bytesOf(body));
  } catch (cause) {
    if (cause instanceof CodecError) throw refuse('the canonical bytes of a body', 'body', cause);
    throw cause;
  }
}

/** With the account's signature. @throws CLIENT_REQUEST where the request asks for no signature of its key */
export function signRequest(
  request: SigningRequest,
  account: Pick<Account, 'publicKey' | 'sign'>,
): SigningRequest {
  const key = `0x${toHex(account.publicKey)}`;
  const wanted = signersOf(request).flatMap(({ policy }) => policy.keys);
  if (!wanted.some((one) => bytesEqual(one, account.publicKey)))
    throw refuse(`one of the keys ${wanted.map((one) => `0x${toHex(one)}`).join(', ')}`, `key ${key}`);
  const signature = `0x${toHex(account.sign(signingBytes(bodyOf(request))))}`;
  return withSignatures(request, [{ key, signature }]);
}

/** The signatures of copies of one request put together. @throws CLIENT_REQUEST for copies of different requests */
export function mergeRequests(first: SigningRequest, ...others: readonly SigningRequest[]): SigningRequest {
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  for (const other of others)
    if (other.body !== first.body || !same(other.sender, first.sender) || !same(other.payer, first.payer))
      throw refuse('copies of one request', 'body');
  return withSignatures(
    first,
    others.flatMap(({ signatures }) => signatures),
  );
}

/** What is missing before it can be sent; none: nothing. */
export function missingSignatures(request: SigningRequest): MissingSignatures[] {
  const given = new Set(request.signatures.map(({ key }) => key));
  return signersOf(request).flatMap(({ role, policy }) => {
    const keys = policy.keys.map((key) => `0x${toHex(key)}`);
    const open = keys.filter((key) => !given.has(key));
    const count = policy.threshold - (keys.length - open.length);
    return count > 0 ? [{ role, count, keys: open }] : [];
  });
}

/** Wire bytes, once nothing is missing. @throws CLIENT_REQUEST */
export function finishRequest(request: SigningRequest): Uint8Array {
  const [missing] = missingSignatures(request);
  if (missing !== undefined)
    throw refuse(`${missing.count} more of ${missing.keys.join(', ')}`, `signatures of the ${missing.role}`);
  const given = new Map(request.signatures.map(({ key, signature }) => [key, bytesOf(signature)]));
  const [sender, payer] = signersOf(request).map((signer) => authorisationOf(signer, given));
  return encodeTransaction({
    ...bodyOf(request),
    senderAuthorisation: sender as Authorisation,
    payerAuthorisation: payer,
  });
}

/** The address a signer has unless it was rotated to. */
export function signerAddress({ scheme, key }: SignerJson): string {
  return encodeAddress(accountAddress(scheme, bytesOf(key)) as Address);
}

interface Signer {
  readonly role: MissingSignatures['role'];
  readonly scheme: SignerJson['scheme'];
  /** One key is a policy of one. */
  readonly policy: ThresholdPolicy;
}

function signersOf({ sender, payer }: SigningRequest): Signer[] {
  const read = (role: Signer['role'], { scheme, key }: SignerJson): Signer => ({
    role,
    scheme,
    policy: scheme === SCHEME.ED25519 ? { threshold: 1, keys: [bytesOf(key)] } : policyOf(key),
  });
  return payer === undefined ? [read('sender', sender)] : [read('sender', sender), read('payer', payer)];
}

function policyOf(key: string): ThresholdPolicy {
  try {
    return decodeThresholdPolicy(bytesOf(key));
  } catch (cause) {
    if (cause instanceof CodecError) throw refuse('a threshold policy', 'key', cause);
    throw cause;
  }
}

function authorisationOf({ scheme, policy }: Signer, given: ReadonlyMap<string, Uint8Array>): Authorisation {
  const signatures = policy.keys
    .map((key, index) => ({ index, signature: given.get(`0x${toHex(key)}`) }))
    .filter((one): one is { index: number; signature: Uint8Array } => one.signature !== undefined)
    .slice(0, policy.threshold);
  if (scheme === SCHEME.ED25519)
    return { scheme, bytes: concatBytes(policy.keys[0]!, signatures[0]!.signature) };
  return { scheme, bytes: encodeThresholdProof({ policy, signatures }) };
}

function withSignatures(request: SigningRequest, more: SigningRequest['signatures']): SigningRequest {
  const all = new Map([...request.signatures, ...more].map((one) => [one.key, one]));
  return {
    ...request,
    signatures: [...all.values()].sort((a, b) => compareBytes(bytesOf(a.key), bytesOf(b.key))),
  };
}

function holds(signature: Uint8Array, message: Uint8Array, key: Uint8Array): boolean {
  return ed25519VerifyStrict(signature, message, key);
}

const HEX = /^0x(?:[0-9a-f]{2})*$/;

function bytesOf(hex: string): Uint8Array {
  return fromHex(hex.slice(2));
}

function checkForm(value: unknown): SigningRequest {
  const file = (typeof value === 'object' && value !== null ? value : {}) as Partial<SigningRequest>;
  if (file.version !== REQUEST_VERSION) throw refuse(`version ${REQUEST_VERSION}`, 'version');
  if (typeof file.chainName !== 'string') throw refuse('a name', 'chainName');
  if (typeof file.body !== 'string' || !HEX.test(file.body)) throw refuse('0x hex', 'body');
  const signers = [file.sender, ...(file.payer === undefined ? [] : [file.payer])];
  for (const signer of signers) {
    const isSigner = signer && (signer.scheme === 0 || signer.scheme === 1) && HEX.test(String(signer.key));
    if (!isSigner || (signer.scheme === 0 && signer.key.length !== 66))
      throw refuse('scheme and key', 'signer');
  }
  const list = file.signatures;
  const isList =
    Array.isArray(list) &&
    list.every(
      ({ key, signature }) => HEX.test(String(key)) && HEX.test(String(signature)) && key.length === 66,
    );
  if (!isList) throw refuse('keys with their signatures', 'signatures');
  const request = file as SigningRequest;
  if ((bodyOf(request).payer === undefined) !== (request.payer === undefined))
    throw refuse('a signer for the payer exactly with a payer', 'payer');
  signersOf(request);
  return request;
}

function refuse(expected: string, place: string, cause?: unknown): ClientError {
  return new ClientError('CLIENT_REQUEST', { expected, place }, cause);
}
