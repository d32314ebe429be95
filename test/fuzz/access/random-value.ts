// Random Borsh values of any layout, from small pools, so that keys meet again and amounts stay within what an add
// without a declared amount may move.
import { Writer } from '@weft/runtime/base/codec';
import { sha256 } from '@weft/runtime/base/hash';
import type { Layout } from '@weft/runtime/types/layout';

/** A seeded generator: the same seed, the same numbers. */
export class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  /** 0 to below the bound. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  }
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
  chance(share: number): boolean {
    return this.below(1000) < share * 1000;
  }
}

export interface Pools {
  /** Accounts and contracts. */
  readonly addresses: readonly Uint8Array[];
  /** Calls other contracts understand: selector, then arguments. */
  readonly payloads: readonly Uint8Array[];
}

const WORDS = ['', 'a', 'b', 'weft', 'urn:epc:id:sgtin:1', 'ä', 'x'.repeat(60)];

/** Some of nothing in particular, and the role a contract here asks for. */
const HASHES = [
  ...[0, 1, 2].map((byte) => new Uint8Array(32).fill(byte)),
  sha256(new Writer().string('setter').finish()),
];

/** The bytes of a random value. */
export function randomValue(random: Random, layout: Layout, pools: Pools): Uint8Array {
  const writer = new Writer();
  write(writer, random, layout, pools, 0);
  return writer.finish();
}

function write(writer: Writer, random: Random, layout: Layout, pools: Pools, depth: number): void {
  switch (layout.kind) {
    case 'bool':
      writer.bool(random.chance(0.5));
      return;
    case 'address':
      writer.fixed(random.pick(pools.addresses), 32);
      return;
    case 'hash':
      writer.fixed(random.pick(HASHES), 32);
      return;
    case 'string':
      writer.string(random.pick(WORDS));
      return;
    case 'bytes':
      writer.bytes(random.chance(0.7) ? random.pick(pools.payloads) : new Uint8Array(random.below(9)));
      return;
    case 'fixed':
      writer.fixed(new Uint8Array(layout.length).fill(random.below(3)), layout.length);
      return;
    case 'list': {
      const count = depth > 2 ? 0 : random.below(5);
      writer.u32(count);
      for (let index = 0; index < count; index++) write(writer, random, layout.item, pools, depth + 1);
      return;
    }
    case 'option': {
      const some = random.chance(0.6);
      writer.bool(some);
      if (some) write(writer, random, layout.item, pools, depth + 1);
      return;
    }
    case 'struct':
      for (const field of layout.fields) write(writer, random, field.layout, pools, depth + 1);
      return;
    default:
      writeInteger(writer, random, layout.kind);
  }
}

/** Small ones most often; the larger ones stay well below 2^(bits-32). */
function writeInteger(writer: Writer, random: Random, kind: string): void {
  const bytes = Number(kind.slice(1)) / 8;
  const used = random.chance(0.75) ? 0 : Math.max(0, bytes - 5);
  const value = new Uint8Array(bytes);
  value[0] = random.below(bytes > 1 && used > 0 ? 256 : 6);
  for (let at = 1; at < used; at++) value[at] = random.below(256);
  writer.fixed(value, bytes);
}
