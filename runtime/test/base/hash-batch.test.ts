// Many SHA-256 at once, in both implementations behind `#hash-batch`: NIST's messages, every length, any mixture, and lanes
// that do not see each other; and the root of indexed values that is made of them.
import { createHash } from 'node:crypto';
import { concatBytes, toHex, utf8 } from '@weft/runtime/base/bytes';
import { createHashBatch as createNative } from '@weft/runtime/base/crypto/native-batch';
import { createHashBatch as createPortable } from '@weft/runtime/base/crypto/portable-batch';
import { PLACED_BYTES_MAX, paddedBytes } from '@weft/runtime/base/hash-batch';
import { indexedRoot } from '@weft/runtime/base/indexed-root';
import { indexedItems, merkleRoot } from '@weft/runtime/base/merkle';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { propertySeed } from '../support/seed.js';

/** FIPS 180-4's examples (one, two and several blocks), and of the CAVS file SHA256ShortMsg the first and two others. */
const NIST = [
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
  [
    'abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu',
    'cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1',
  ],
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  [Uint8Array.of(0xbd), '68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b'],
  [Uint8Array.of(0xc9, 0x8c, 0x8e, 0x55), '7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504'],
] as const;

const expected = (message: Uint8Array): string => createHash('sha256').update(message).digest('hex');

describe.each([
  ['native', createNative],
  ['portable', createPortable],
])('hash batch, %s', (name, create) => {
  /** The digests of all messages by one run: each added, and once more from the memory they share. */
  function digests(messages: readonly Uint8Array[]): string[] {
    const batch = create(64 * messages.length);
    const memory = concatBytes(new Uint8Array(3), ...messages);
    const view = new DataView(memory.buffer, 3);
    let from = 0;
    for (const [index, message] of messages.entries()) {
      batch.add(message, 64 * index);
      batch.addFrom(view, from, message.length, 64 * index + 32);
      from += message.length;
    }
    batch.run();
    return messages.map((_, index) => {
      const both = [64 * index, 64 * index + 32].map((at) => toHex(batch.bytes.subarray(at, at + 32)));
      expect(both[1]).toBe(both[0]);
      return both[0]!;
    });
  }

  it("gives NIST's digests, in every lane", () => {
    for (let lane = 0; lane < 4; lane++)
      for (const [text, digest] of NIST) {
        const messages = Array.from({ length: 4 }, (_, index) => utf8(`other ${index}`));
        messages[lane] = typeof text === 'string' ? utf8(text) : text;
        expect(digests(messages)[lane]).toBe(digest);
      }
  });

  it('agrees with OpenSSL on every length to 600 bytes, also in reverse and all of one length', () => {
    const messages = Array.from({ length: 601 }, (_, length) =>
      Uint8Array.from({ length }, (_unused, index) => index * 31 + length),
    );
    expect(digests(messages)).toEqual(messages.map(expected));
    expect(digests(messages.toReversed())).toEqual(messages.toReversed().map(expected));
    for (const length of [0, 55, 56, 64, 112, 119, 120, 247, 248]) {
      const alike = Array.from({ length: 601 }, (_, index) => new Uint8Array(length).fill(index));
      expect(digests(alike)).toEqual(alike.map(expected));
    }
  });

  it('a bit changed in one message changes no other digest', () => {
    const messages = Array.from({ length: 8 }, (_, index) => new Uint8Array(100).fill(index));
    const before = digests(messages);
    for (const [index, message] of messages.entries()) {
      message[index * 11]! ^= 0x40;
      const after = digests(messages);
      message[index * 11]! ^= 0x40;
      expect(after.map((digest, other) => digest === before[other])).toEqual(
        messages.map((_, other) => other !== index),
      );
    }
  });

  it('agrees with OpenSSL on random messages, added and composed in place, over several runs', () => {
    const seed = propertySeed(`hash batch, ${name}`);
    const room = paddedBytes(PLACED_BYTES_MAX);
    const message = fc.tuple(fc.uint8Array({ maxLength: 200, size: 'max' }), fc.boolean());
    const property = fc.property(fc.array(fc.array(message, { maxLength: 40 }), { maxLength: 3 }), (runs) => {
      const batch = create(40 * (room + 33));
      for (const messages of runs) {
        for (const [index, [content, isPlaced]] of messages.entries()) {
          const to = 40 * room + 33 * index + 1;
          if (!isPlaced) batch.add(content, to);
          else {
            batch.bytes.set(content, room * index);
            batch.addPlaced(room * index, content.length, to);
          }
        }
        batch.run();
        for (const [index, [content]] of messages.entries()) {
          const at = 40 * room + 33 * index + 1;
          expect(toHex(batch.bytes.subarray(at, at + 32))).toBe(expected(content));
        }
      }
    });
    fc.assert(property, { seed, numRuns: 60 });
  });

  it('words are the same memory', () => {
    const batch = create(64);
    batch.add(utf8('abc'), 32);
    batch.run();
    expect(batch.words.length).toBe(16);
    expect(batch.words[8]).toBe(new DataView(batch.bytes.buffer).getInt32(32, true));
  });
});

describe('indexed root', () => {
  it('is the root merkle.ts gives, on both sides of every power of two', () => {
    const counts = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 33, 127, 128, 129];
    for (const count of [...counts, 254, 255, 256, 257, 258, 511, 512, 513, 767, 769, 1023, 1025, 2500]) {
      const values = Array.from({ length: count }, (_, index) => utf8(`${'x'.repeat(index % 300)}${index}`));
      expect(toHex(indexedRoot(values))).toBe(toHex(merkleRoot(indexedItems(values))));
    }
  });
});
