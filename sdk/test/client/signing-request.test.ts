// Requests for signatures: made in one place, signed in others, put together, equal to what one place would have made.
import { fromHex, toHex } from '@weft/runtime/base/bytes';
import { type Address, accountAddress, type Hash32 } from '@weft/runtime/types/address';
import { encodeThresholdPolicy } from '@weft/runtime/types/authorisation-codec';
import { SYSTEM_ADDRESS } from '@weft/runtime/types/system';
import type { TransactionBody } from '@weft/runtime/types/transaction';
import { thresholdAccount, thresholdPolicy } from '@weft/sdk/client/rotated-accounts';
import {
  bodyOf,
  createSigningRequest,
  finishRequest,
  keySigner,
  mergeRequests,
  missingSignatures,
  parseSigningRequest,
  type SigningRequest,
  signerAddress,
  signRequest,
} from '@weft/sdk/client/signing-request';
import { buildTransaction } from '@weft/sdk/client/transaction';
import { accountFromSeed } from '@weft/sdk/client/wallet';
import { describe, expect, it } from 'vitest';

const [ann, bob, cat, dan] = [1, 2, 3, 4].map((n) => accountFromSeed(new Uint8Array(32).fill(n)));

function body(sender: Address, payer?: Address): TransactionBody {
  return {
    version: 1,
    genesisHash: new Uint8Array(32).fill(9) as Hash32,
    sender,
    payer,
    nonce: { kind: 'lane', lane: 3, sequence: 5n },
    gasLimit: 1_000_000,
    gasPrice: 2n,
    expiry: 77,
    calls: [{ contract: SYSTEM_ADDRESS, selector: 8, args: Uint8Array.of(1, 2, 3), value: 4n }],
    extraAccess: [],
  };
}

const through = (request: SigningRequest): SigningRequest => parseSigningRequest(JSON.stringify(request));
const options = (one: TransactionBody) => ({ ...one, payer: undefined });

describe('signing requests', () => {
  it('one key: the bytes that signing at once gives', () => {
    const request = through(createSigningRequest('c', body(ann!.address), keySigner(ann!.publicKey)));
    expect(bodyOf(request)).toEqual(body(ann!.address));
    expect(signerAddress(request.sender)).toBe(ann!.text);
    expect(missingSignatures(request)).toEqual([
      { role: 'sender', count: 1, keys: [`0x${toHex(ann!.publicKey)}`] },
    ]);
    expect(() => finishRequest(request)).toThrow(/CLIENT_REQUEST.*1 more of/);
    const signed = through(signRequest(request, ann!));
    expect(missingSignatures(signed)).toEqual([]);
    const { calls, payer: _, ...rest } = body(ann!.address);
    expect(finishRequest(signed)).toEqual(buildTransaction(ann!, calls, rest));
  });

  it('two of three in turn or on copies, and a payer of another key', () => {
    const policy = thresholdPolicy(
      2,
      [ann!, bob!, cat!].map(({ publicKey }) => publicKey),
    );
    const key = encodeThresholdPolicy(policy);
    const sender = { scheme: 1, key: `0x${toHex(key)}` } as const;
    const whole = body(accountAddress(1, key) as Address, dan!.address);
    const request = through(createSigningRequest('c', whole, sender, keySigner(dan!.publicKey)));
    expect(missingSignatures(request).map(({ role, count, keys }) => [role, count, keys.length])).toEqual([
      ['sender', 2, 3],
      ['payer', 1, 1],
    ]);
    const inTurn = [cat!, dan!, ann!].reduce((one, account) => through(signRequest(one, account)), request);
    const copies = [dan!, ann!, cat!].map((account) => through(signRequest(request, account)));
    const merged = through(mergeRequests(copies[0]!, ...copies.slice(1)));
    expect(merged).toEqual(inTurn);
    const account = thresholdAccount(policy, [ann!, cat!]);
    const expected = buildTransaction(account, whole.calls, { ...options(whole), payer: dan! });
    expect(finishRequest(merged)).toEqual(expected);
    // A third signature too many is left out.
    expect(finishRequest(signRequest(merged, bob!)).length).toBe(expected.length);
  });

  it('refuse keys nobody asked for, copies of other requests, and files that are changed', () => {
    const request = createSigningRequest('c', body(ann!.address), keySigner(ann!.publicKey));
    expect(() => signRequest(request, bob!)).toThrow(/CLIENT_REQUEST/);
    const other = { ...body(ann!.address), gasLimit: 5 };
    const second = createSigningRequest('c', other, keySigner(ann!.publicKey));
    expect(() => mergeRequests(request, second)).toThrow(/copies of one request/);
    expect(() => createSigningRequest('c', body(ann!.address, bob!.address), request.sender)).toThrow(
      /payer/,
    );
    const signed = signRequest(request, ann!);
    // A body changed after it was signed.
    expect(() => parseSigningRequest(JSON.stringify({ ...signed, body: second.body }))).toThrow(
      /a signature that holds/,
    );
    for (const change of [
      { version: 2 },
      { chainName: 5 },
      { body: '0x00' },
      { body: 'zz' },
      { body: `${signed.body}00` },
      { sender: { scheme: 0, key: '0x12' } },
      { sender: { scheme: 1, key: '0x1234' } },
      { sender: { scheme: 255, key: '0x' } },
      { payer: signed.sender },
      { signatures: [{ key: '0x12', signature: '0x' }] },
      { signatures: 'none' },
    ])
      expect(
        () => parseSigningRequest(JSON.stringify({ ...signed, ...change })),
        JSON.stringify(change),
      ).toThrow(/CLIENT_REQUEST/);
    for (const text of ['', '5', 'null', '[]', '{"version":1}'])
      expect(() => parseSigningRequest(text), text).toThrow(/CLIENT_REQUEST/);
    expect(fromHex(signed.body.slice(2)).length).toBeGreaterThan(100);
  });
});
