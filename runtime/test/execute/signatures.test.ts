// Signature threads: the same answers as the rule on one thread, whatever the number of threads, who dies and what the
// signatures are worth; and a chain with them gives the blocks of one without.

import { compareBytes, concatBytes, utf8 } from '@weft/runtime/base/bytes';
import { reserve } from '@weft/runtime/execute/phases/reserve';
import { BlockState } from '@weft/runtime/execute/phases/state';
import { createSignatureChecker, type ThreadedChecker } from '@weft/runtime/execute/signatures/checker';
import { type Hash32, SCHEME } from '@weft/runtime/types/address';
import {
  coversSignatures,
  ed25519Address,
  type SignaturesFound,
  verifyAuthorisation,
} from '@weft/runtime/types/authorisation';
import { encodeThresholdProof } from '@weft/runtime/types/authorisation-codec';
import { keyKind, type StateKey } from '@weft/runtime/types/key';
import type { BlockInput } from '@weft/runtime/types/outcome';
import { DEFAULT_PARAMETERS } from '@weft/runtime/types/parameters';
import { signTransaction } from '@weft/runtime/types/sign-transaction';
import { SYSTEM_ADDRESS } from '@weft/runtime/types/system';
import type { Authorisation, SignedTransaction, TransactionBody } from '@weft/runtime/types/transaction';
import { decodeTransaction, encodeTransaction, signingBytes } from '@weft/runtime/types/transaction-codec';
import { encodeCell } from '@weft/runtime/types/value';
import { afterAll, describe, expect, it } from 'vitest';
import { ed25519PublicKey, ed25519Sign } from '#crypto';

const checkers = [1, 2, 4].map((workers) => createSignatureChecker({ workers }));
afterAll(() => Promise.all(checkers.map((checker) => checker.close())));

const seedOf = (n: number): Uint8Array => new Uint8Array(32).fill(n + 1);

function bodyOf(index: number, more: Partial<TransactionBody> = {}): TransactionBody {
  return {
    version: 1,
    genesisHash: new Uint8Array(32).fill(7) as Hash32,
    sender: ed25519Address(seedOf(index % 9)),
    payer: undefined,
    nonce: { kind: 'lane', lane: 0, sequence: BigInt(index) },
    gasLimit: 1_000_000,
    gasPrice: 2n,
    expiry: 100,
    calls: [{ contract: SYSTEM_ADDRESS, selector: index, args: new Uint8Array(index % 200), value: 0n }],
    extraAccess: [],
    ...more,
  };
}

/** The order of the group of Curve25519 added to S: the equation holds, the encoding is not the one. */
function malleable(signature: Uint8Array): Uint8Array {
  const order = (1n << 252n) + 27742317777372353535851937790883648493n;
  const copy = signature.slice();
  let s = 0n;
  for (let at = 63; at >= 32; at--) s = (s << 8n) | BigInt(copy[at]!);
  s += order;
  for (let at = 32; at < 64; at++, s >>= 8n) copy[at] = Number(s & 0xffn);
  return copy;
}

function withSignature(body: TransactionBody, change: (signature: Uint8Array) => Uint8Array): Uint8Array {
  const seed = seedOf(0);
  const signature = change(ed25519Sign(seed, signingBytes(body)));
  const bytes = new Uint8Array(96);
  bytes.set(ed25519PublicKey(seed));
  bytes.set(signature, 32);
  return encodeTransaction({
    ...body,
    senderAuthorisation: { scheme: SCHEME.ED25519, bytes },
    payerAuthorisation: undefined,
  });
}

/** Two of three, `broken`: one of the two is not theirs. */
function threshold(body: TransactionBody, broken: boolean): Uint8Array {
  const seeds = [11, 12, 13]
    .map(seedOf)
    .sort((a, b) => compareBytes(ed25519PublicKey(a), ed25519PublicKey(b)));
  const message = signingBytes(body);
  const proof = encodeThresholdProof({
    policy: { threshold: 2, keys: seeds.map(ed25519PublicKey) },
    signatures: [0, 2].map((index) => ({
      index,
      signature: ed25519Sign(broken && index === 2 ? seedOf(1) : seeds[index]!, message),
    })),
  });
  return encodeTransaction({
    ...body,
    senderAuthorisation: { scheme: SCHEME.THRESHOLD, bytes: proof },
    payerAuthorisation: undefined,
  });
}

/**
 * A threshold proof without a true signature whose last 101 bytes are, byte for byte, an Ed25519 authorisation of the
 * attacker's over all that stands before them: the end of its first signature, an index, its second signature.
 */
function forgedThreshold(): Uint8Array {
  const keys = [11, 12, 13].map((n) => ed25519PublicKey(seedOf(n))).sort(compareBytes);
  // The index of the second signature stands where the attacker's key ends.
  let seed = seedOf(0);
  for (let n = 0; ed25519PublicKey(seed)[31] !== 2; n++)
    seed = Uint8Array.from({ length: 32 }, (_, at) => (n >> (8 * at)) & 0xff);
  const end = Uint8Array.of(SCHEME.ED25519, 96, 0, 0, 0, ...ed25519PublicKey(seed).subarray(0, 31));
  const wireOf = (second: Uint8Array): Uint8Array =>
    encodeTransaction({
      ...bodyOf(0),
      senderAuthorisation: {
        scheme: SCHEME.THRESHOLD,
        bytes: encodeThresholdProof({
          policy: { threshold: 2, keys },
          signatures: [
            { index: 0, signature: concatBytes(new Uint8Array(28), end) },
            { index: 2, signature: second },
          ],
        }),
      },
      payerAuthorisation: undefined,
    });
  const blank = wireOf(new Uint8Array(64));
  const message = concatBytes(utf8('weft/transaction/1'), blank.subarray(0, blank.length - 101));
  return wireOf(ed25519Sign(seed, message));
}

const KINDS: readonly ((index: number) => Uint8Array)[] = [
  (index) => signTransaction(bodyOf(index), seedOf(index % 9)),
  (index) => withSignature(bodyOf(index), (signature) => signature),
  (index) => withSignature(bodyOf(index), malleable),
  // R and A of small order: the identity signs anything under ZIP-215.
  (index) => withSignature(bodyOf(index), () => Uint8Array.from({ length: 64 }, (_, at) => Number(at === 0))),
  (index) =>
    withSignature(bodyOf(index), (signature) => signature.map((byte, at) => (at === 5 ? byte ^ 1 : byte))),
  (index) => threshold(bodyOf(index), false),
  (index) => threshold(bodyOf(index), true),
  (index) =>
    signTransaction(bodyOf(index, { payer: ed25519Address(seedOf(3)) }), seedOf(index % 9), seedOf(3)),
  (index) => {
    const wire = signTransaction(
      bodyOf(index, { payer: ed25519Address(seedOf(3)) }),
      seedOf(index % 9),
      seedOf(3),
    );
    wire[wire.length - 1]! ^= 4;
    return wire;
  },
  (index) =>
    encodeTransaction({
      ...bodyOf(index),
      senderAuthorisation: { scheme: SCHEME.DEVELOPMENT, bytes: new Uint8Array(0) },
      payerAuthorisation: undefined,
    }),
];

/** Every signature under the key its authorisation names, by the rule itself. */
function holds(transaction: SignedTransaction): boolean {
  const one = (authorisation: Authorisation): boolean => {
    if (authorisation.scheme === SCHEME.DEVELOPMENT) return false;
    const { scheme, bytes } = authorisation;
    const keyBytes = scheme === SCHEME.ED25519 ? bytes.subarray(0, 32) : undefined;
    const key = keyBytes ?? bytes.subarray(0, 1 + 4 + 3 * 32);
    const { signingBytes: message } = transaction;
    const record = { scheme, key };
    const check = {
      address: transaction.sender,
      record,
      signingBytes: message,
      rule: 'strict',
      dev: false,
    } as const;
    return verifyAuthorisation(authorisation, check);
  };
  const { senderAuthorisation, payerAuthorisation } = transaction;
  return one(senderAuthorisation) && (payerAuthorisation === undefined || one(payerAuthorisation));
}

const batch = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => KINDS[index % KINDS.length]!(index));

/** What a checker should find. */
function foundIn(bytes: Uint8Array): SignaturesFound | undefined {
  const transaction = decodeTransaction(bytes);
  if (!holds(transaction)) return undefined;
  return coversSignatures('sole', transaction) ? 'sole' : 'all';
}

/** What a decided block makes of transactions whose signatures were found so. */
function statusesOf(
  wires: readonly Uint8Array[],
  signaturesFound: NonNullable<BlockInput['signaturesFound']>,
): string[] {
  const read = (key: StateKey) => (keyKind(key) === 2 ? encodeCell(2, 10n ** 18n) : undefined);
  const input = { ...INPUT, transactions: wires, signaturesFound };
  const settings = { parameters: DEFAULT_PARAMETERS, hooks: [], dev: false };
  return reserve(input, settings, new BlockState(read)).map((one) =>
    one.kind === 'refused' ? one.status : 'reserved',
  );
}

describe('signature threads', () => {
  it('answer as the strict rule does, batches large, small and empty', async () => {
    for (const count of [0, 1, 3, 10, 157]) {
      const transactions = batch(count);
      const expected = transactions.map(foundIn);
      if (count >= 10) {
        const none = undefined;
        expect(expected.slice(0, 10)).toEqual([
          'sole',
          'sole',
          none,
          none,
          none,
          'all',
          none,
          'all',
          none,
          none,
        ]);
      }
      for (const checker of checkers) expect(await checker.check(transactions)).toEqual(expected);
    }
  });

  it('answer nothing for bytes that are no transaction', async () => {
    const [whole] = batch(1);
    const wires = [
      whole!.subarray(0, 40),
      whole!.subarray(1),
      new Uint8Array(0),
      new Uint8Array(500),
      whole!,
    ];
    for (const checker of checkers)
      expect(await checker.check(wires)).toEqual([undefined, undefined, undefined, undefined, 'sole']);
  });

  it('do not let bytes that end like a sole signature speak for another authorisation', async () => {
    const forged = forgedThreshold();
    const transaction = decodeTransaction(forged);
    expect(transaction.senderAuthorisation.scheme).toBe(SCHEME.THRESHOLD);
    expect(holds(transaction)).toBe(false);
    const wires = Array.from({ length: 4 }, () => forged);
    for (const checker of checkers) {
      const found = await checker.check(wires);
      // The one signature they seem to end with holds, and covers nothing of what they are.
      expect(found).toEqual(wires.map(() => 'sole'));
      expect(statusesOf(wires, found)).toEqual(wires.map(() => 'INVALID_SIGNATURE'));
    }
    const paid = bodyOf(1, { payer: ed25519Address(seedOf(3)) });
    const signed = decodeTransaction(signTransaction(paid, seedOf(1), seedOf(3)));
    expect([coversSignatures('sole', signed), coversSignatures('all', signed)]).toEqual([false, true]);
  });

  it('take batches one after the other, each answered in its order', async () => {
    const lists = [40, 5, 12, 1, 30].map(batch);
    const expected = lists.map((list) => list.map(foundIn));
    for (const checker of checkers) {
      expect(await Promise.all(lists.map((list) => checker.check(list)))).toEqual(expected);
    }
  });

  it('start over when a thread is lost in mid-batch', async () => {
    const transactions = batch(400);
    const expected = transactions.map(foundIn);
    const checker: ThreadedChecker = checkers[1]!;
    await checker.check(batch(10));
    const running = checker.check(transactions);
    await checker.kill(1);
    expect(await running).toEqual(expected);
    expect(await checker.check(batch(20))).toEqual(expected.slice(0, 20));
  });

  it('change nothing about what a block makes of its transactions', async () => {
    const wires = batch(60);
    const found = await checkers[1]!.check(wires);
    expect(statusesOf(wires, found)).toEqual(statusesOf(wires, []));
    expect(new Set(statusesOf(wires, found))).toContain('INVALID_SIGNATURE');
  });
});

const INPUT = {
  height: 10,
  time: 0,
  grandparentHash: new Uint8Array(32),
  proposer: SYSTEM_ADDRESS,
  genesisHash: new Uint8Array(32).fill(7),
  expiring: [],
  rule: 'finalize',
} as const;
