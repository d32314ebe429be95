// The library's hashes, signatures and wide arithmetic as contracts call them.
import { fromHex, toHex, utf8 } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import { keccak256 } from '@weft/runtime/base/crypto/digests';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileText } from './compile-text.js';
import { MockChain } from './mock-host.js';

const SOURCE = `
@contract
export class Crypto {
  @view keccak(bytes: Uint8Array): Hash { return keccak256(bytes); }
  @view blake(bytes: Uint8Array): Hash { return blake3(bytes); }
  @view recover(signature: Uint8Array, recovery: i32, digest: Hash): Uint8Array {
    const address = recoverEthereum(signature, recovery, digest);
    return address === null ? new Uint8Array(0) : address;
  }
  @view low(signature: Uint8Array): bool { return isLowS(signature); }
  @view key(signature: Uint8Array, key: Uint8Array, digest: Hash): bool { return p256Verify(signature, key, digest); }
  @view down(a: u128, b: u128, d: u128): u128 { return mulDiv(a, b, d); }
  @view up(a: u128, b: u128, d: u128): u128 { return mulDivUp(a, b, d); }
}`;

let chain: MockChain;
beforeAll(async () => {
  chain = new MockChain(await compileText(SOURCE));
});

const bytes = (value: Uint8Array): Uint8Array => new Writer().bytes(value).finish();

describe('crypto in contracts', () => {
  it('hashes', () => {
    expect(chain.call('keccak', bytes(utf8('abc'))).result).toEqual(keccak256(utf8('abc')));
    expect(toHex(chain.call('blake', bytes(new Uint8Array(0))).result)).toBe(
      'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262',
    );
  });

  // github.com/ethereum/go-ethereum, core/vm/testdata/precompiles/ecRecover.json, "ValidKey": its s is high.
  const digest = fromHex('18c547e4f7b0f325ad1e56f57e26c745b09a3e503d86e00e5255ff7f715d3d1c');
  const r = '73b1693892219d736caba55bdb67216e485557ea6b6af75f37096c9aa6a5a75f';
  const high = 'eeb940b1d03b21e36b0e47e79769f095fe2ab855bd91e3a38756b7d75a9c4549';
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const low = (order - BigInt(`0x${high}`)).toString(16).padStart(64, '0');

  it('recovers an Ethereum address of a low s only', () => {
    const recover = (s: string, recovery: number): string => {
      const args = new Writer()
        .bytes(fromHex(r + s))
        .u32(recovery)
        .fixed(digest, 32)
        .finish();
      return toHex(chain.call('recover', args).result.subarray(4));
    };
    // n - s is the same key's signature with the other parity.
    expect(recover(low, 0)).toBe('a94f5374fce5edbc8e2a8697c15331677e6ebf0b');
    expect(recover(high, 1)).toBe('');
    expect(recover(low, 7)).toBe('');
  });

  it('isLowS: at most half of the order', () => {
    const isLow = (s: bigint): number =>
      chain.call('low', bytes(fromHex(r + s.toString(16).padStart(64, '0')))).result[0]!;
    const half = order / 2n;
    expect([isLow(half), isLow(half + 1n), isLow(half - (1n << 70n)), isLow(half + (1n << 70n))]).toEqual([
      1, 0, 1, 0,
    ]);
    expect([isLow(1n), isLow(half - (1n << 130n)), isLow(1n << 255n)]).toEqual([1, 1, 0]);
    expect(chain.call('low', bytes(new Uint8Array(63))).result[0]).toBe(0);
  });

  it('refuses keys and signatures of other lengths', () => {
    for (const [signature, key] of [
      [63, 33],
      [64, 0],
      [64, 64],
    ] as const) {
      const args = new Writer().bytes(new Uint8Array(signature)).bytes(new Uint8Array(key)).fixed(digest, 32);
      expect(chain.call('key', args.finish()).result).toEqual(Uint8Array.of(0));
    }
  });

  it('mulDiv rounds down or up and keeps the upper half of the product', () => {
    const top = (1n << 128n) - 1n;
    const run = (method: string, a: bigint, b: bigint, d: bigint) =>
      chain.call(method, new Writer().u128(a).u128(b).u128(d).finish());
    const of = (value: bigint): Uint8Array => new Writer().u128(value).finish();
    expect(run('down', top, top, top).result).toEqual(of(top));
    expect(run('down', 7n, 5n, 4n).result).toEqual(of(8n));
    expect(run('up', 7n, 5n, 4n).result).toEqual(of(9n));
    expect(run('up', 8n, 5n, 4n).result).toEqual(of(10n));
    for (const [a, b, d] of [
      [top, 2n, 1n],
      [1n, 1n, 0n],
    ] as const) {
      expect(run('down', a, b, d).status).toBe('REVERT');
    }
    expect(run('up', top, top, top - 1n).status).toBe('REVERT');
  });
});
