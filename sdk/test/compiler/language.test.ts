// The library and the generated codec: every encodable type in and out, strictness, u128 against BigInt, failures.
import { Reader, Writer } from '@weft/runtime/base/codec';
import { selectorOf } from '@weft/runtime/types/layout';
import type { Artifact } from '@weft/sdk/compiler/compile';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileText } from './compile-text.js';
import { address, MockChain } from './mock-host.js';

const SOURCE = `
@struct
class Step { place: string; weight: u64; tags: string[]; note: string | null; }
@struct
class Route { owner: Address; steps: Step[]; raw: Uint8Array; done: bool; }
@error
class Broken { code: i32; why: string; }
@event
class Seen { @indexed id: Hash; count: u32; @indexed who: Address; names: string[]; }

@contract
class Zoo {
  routes: Map<string, Route>;
  pairs: Map2<u32, string, u64>;
  small: Accumulator<u64>;
  last: Value<Route>;

  @view echo(a: u8, b: i64, c: bool, d: string, e: Uint8Array, f: Address, g: u128[], h: Address | null): string {
    return a.toString() + '|' + b.toString() + '|' + c.toString() + '|' + d + '|' + e.length.toString() + '|' +
      f.toString().slice(0, 2) + '|' + g[1].toString() + '|' + (h === null).toString();
  }
  @view route(route: Route): Route { return route; }
  @view flags(list: bool[]): bool[] { return list; }
  @call save(route: Route, name: string): u64 {
    this.routes.set(name, route);
    this.last.set(route);
    let sum: u64 = 0;
    for (let i = 0; i < route.steps.length; i++) sum += route.steps[i].weight;
    return sum;
  }
  @view load(name: string): Route { return this.routes.get(name); }
  @view has(name: string): bool { return this.routes.has(name); }
  @call forget(name: string): void { this.routes.delete(name); }
  @call pair(a: u32, b: string, n: u64): u64 { this.pairs.set(a, b, n); return this.pairs.get(a, b) + this.pairs.get(a, 'x'); }
  @call count(n: u64, ceiling: u64): bool { return this.small.tryAdd(n, ceiling); }
  @call uncount(n: u64): u64 { this.small.sub(n); return this.small.get(); }
  @call tell(id: Hash, names: string[]): void { emit(new Seen(id, 7, caller(), names)); }
  @call fail(kind: u8): u64 {
    if (kind == 0) require(false, 'said so \\u00e9');
    if (kind == 1) revert(new Broken(-5, 'broken'));
    if (kind == 2) throw new Error('thrown');
    if (kind == 3) { const list: u8[] = []; return list[3]; }
    if (kind == 4) unreachable();
    return 1;
  }
  @view math(op: u8, a: u128, b: u128): u128 {
    if (op == 0) return a + b;
    if (op == 1) return a - b;
    if (op == 2) return a * b;
    if (op == 3) return a / b;
    if (op == 4) return a % b;
    if (op == 5) return a << <i32>b.lo;
    if (op == 6) return a >> <i32>b.lo;
    return a < b ? u128.One : a == b ? u128.Zero : u128.Max;
  }
  @view digits(a: u128): string { return a.toString(); }
  @view parse(text: string): u128 { return u128.parse(text); }
  @view context(): string { log('hello'); return height().toString() + time().toString() + (sender() == caller()).toString() + value().toString(); }
  @view digest(a: u64, b: string): Hash { return hashOf2(a, b); }
}`;

let artifact: Artifact;
let chain: MockChain;
beforeAll(async () => {
  artifact = await compileText(SOURCE);
  chain = new MockChain(artifact);
});

const w = (): Writer => new Writer();

/** One route of two steps, as Borsh bytes. */
function routeBytes(): Uint8Array {
  const writer = w().fixed(address(4), 32).u32(2);
  writer.string('Köln').u64(5n).u32(2).string('a').string('').u8(0);
  writer.string('').u64(9n).u32(0).u8(1).string('note');
  return writer
    .bytes(new Uint8Array([1, 2, 3]))
    .bool(true)
    .finish();
}

describe('codec of contracts', () => {
  it('arguments: every type arrives as it was sent', () => {
    const args = w()
      .u8(255)
      .i64(-5n)
      .bool(true)
      .string('héllo')
      .bytes(new Uint8Array(3))
      .fixed(address(0xab), 32);
    args
      .u32(2)
      .u128(1n)
      .u128(1n << 100n)
      .u8(0);
    const outcome = chain.call('echo', args.finish());
    expect(new Reader(outcome.result).string()).toBe(`255|-5|true|héllo|3|ab|${1n << 100n}|true`);
  });

  it('structs: nested structs, lists and options come back byte for byte', () => {
    expect(chain.call('route', routeBytes()).result).toEqual(routeBytes());
  });

  it('structs: every proper prefix and every longer input is refused', () => {
    const bytes = routeBytes();
    for (let length = 0; length < bytes.length; length += 3) {
      expect(chain.call('route', bytes.slice(0, length)).status).toBe('REVERT');
    }
    expect(chain.call('route', new Uint8Array([...bytes, 0])).status).toBe('REVERT');
  });

  it('strictness: bools and option tags above 1, counts past the input, bad UTF-8 revert', () => {
    const refused = [
      [1, 0, 0, 0, 2],
      [255, 255, 255, 255, 1],
      [2, 0, 0, 0, 1],
    ];
    for (const bytes of refused) expect(chain.call('flags', new Uint8Array(bytes)).status).toBe('REVERT');
    expect(chain.call('flags', new Uint8Array([1, 0, 0, 0, 1])).status).toBe('OK');
    const texts = [[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80], [0xe2, 0x82], [0xf8]];
    for (const text of texts) {
      expect(chain.call('has', w().bytes(new Uint8Array(text)).finish()).status).toBe('REVERT');
    }
    expect(chain.call('has', w().string('€𐍈\u0000').finish()).status).toBe('OK');
  });

  it('storage: structs larger than the scratch buffer, absent values, deletion', () => {
    const long = w().fixed(address(4), 32).u32(1).string('x'.repeat(3000)).u64(1n).u32(0).u8(0);
    const bytes = long.bytes(new Uint8Array(0)).bool(false).finish();
    const name = w().string('r').finish();
    expect(chain.call('save', new Uint8Array([...bytes, ...name])).status).toBe('OK');
    expect(chain.call('load', name).result).toEqual(bytes);
    expect(chain.call('forget', name).status).toBe('OK');
    expect(chain.call('has', name).result).toEqual(new Uint8Array([0]));
    const zero = w().fixed(address(0), 32).u32(0).u32(0).bool(false).finish();
    expect(chain.call('load', name).result).toEqual(zero);
  });

  it('keys: two components, and a key past 1 KiB reverts with KeyTooLong', () => {
    expect(new Reader(chain.call('pair', w().u32(1).string('k').u64(4n).finish()).result).u64()).toBe(4n);
    expect(new Reader(chain.call('pair', w().u32(1).string('x').u64(4n).finish()).result).u64()).toBe(8n);
    const outcome = chain.call('pair', w().u32(1).string('y'.repeat(1000)).u64(4n).finish());
    expect(new Reader(outcome.data).u32()).toBe(selectorOf('KeyTooLong', []));
  });

  it('cells: the try form answers, the plain form reverts, 64 bits', () => {
    const count = (n: bigint, ceiling: bigint) =>
      chain.call('count', w().u64(n).u64(ceiling).finish()).result[0];
    expect([count(5n, 10n), count(6n, 10n), count(5n, 10n)]).toEqual([1, 0, 1]);
    expect(new Reader(chain.call('uncount', w().u64(4n).finish()).result).u64()).toBe(6n);
    const outcome = chain.call('uncount', w().u64(7n).finish());
    expect(new Reader(outcome.data).u32()).toBe(selectorOf('OutOfRange', []));
  });

  it('events: indexed members are topics, the others data, both in declared order', () => {
    const id = address(0x77);
    const outcome = chain.call('tell', w().fixed(id, 32).u32(1).string('n').finish());
    expect(outcome.events[0]?.topics).toEqual([id, address(1)]);
    expect(outcome.events[0]?.data).toEqual(w().u32(7).u32(1).string('n').finish());
  });

  it('failures: require, errors, throw and index errors revert; unreachable traps', () => {
    const fail = (kind: number) => chain.call('fail', new Uint8Array([kind]));
    expect(fail(0).data).toEqual(
      w()
        .u32(selectorOf('Error', [{ kind: 'string' }]))
        .string('said so é')
        .finish(),
    );
    const broken = selectorOf('Broken', [{ kind: 'i32' }, { kind: 'string' }]);
    expect(fail(1).data).toEqual(w().u32(broken).i32(-5).string('broken').finish());
    const line = 1 + SOURCE.slice(0, SOURCE.indexOf('throw new Error')).split('\n').length;
    expect([fail(2).status, fail(2).message, fail(2).line]).toEqual([
      'REVERT',
      'thrown in contract.ts',
      line,
    ]);
    expect([fail(3).status, fail(4).status, fail(9).status]).toEqual(['REVERT', 'TRAP', 'OK']);
  });

  it('context, logs and hashes', () => {
    expect(new Reader(chain.call('context').result).string()).toBe('71000true0');
    expect(chain.logs).toEqual(['hello']);
    expect(chain.call('digest', w().u64(1n).string('b').finish()).result.length).toBe(32);
  });
});

describe('u128', () => {
  const limit = 1n << 128n;
  const math = (op: number, a: bigint, b: bigint): bigint | undefined => {
    const outcome = chain.call('math', w().u8(op).u128(a).u128(b).finish());
    return outcome.status === 'OK' ? new Reader(outcome.result).u128() : undefined;
  };

  it('arithmetic: equals BigInt, and reverts exactly when the result does not fit', () => {
    const seed = 20261122;
    let state = BigInt(seed);
    const random = (): bigint => {
      state = (state * 6364136223846793005n + 1442695040888963407n) % (1n << 256n);
      return (state >> 60n) % (1n << (((state >> 200n) % 128n) + 1n));
    };
    const edges = [0n, 1n, 2n, (1n << 64n) - 1n, 1n << 64n, (1n << 127n) + 1n, limit - 1n];
    const pairs = edges.flatMap((a) => edges.map((b) => [a, b] as const));
    for (let i = 0; i < 150; i++) pairs.push([random(), random()]);
    const inRange = (value: bigint): bigint | undefined => (value >= 0n && value < limit ? value : undefined);
    for (const [a, b] of pairs) {
      const label = `seed ${seed}: ${a} and ${b}`;
      expect(math(0, a, b), label).toBe(inRange(a + b));
      expect(math(1, a, b), label).toBe(inRange(a - b));
      expect(math(2, a, b), label).toBe(inRange(a * b));
      expect(math(3, a, b), label).toBe(b === 0n ? undefined : a / b);
      expect(math(4, a, b), label).toBe(b === 0n ? undefined : a % b);
      expect(math(7, a, b), label).toBe(a < b ? 1n : a === b ? 0n : limit - 1n);
      expect(math(5, a, b % 128n), label).toBe((a << (b % 128n)) % limit);
      expect(math(6, a, b % 128n), label).toBe(a >> (b % 128n));
      const text = new Reader(chain.call('digits', w().u128(a).finish()).result).string();
      expect(text, label).toBe(a.toString());
      expect(chain.call('parse', w().string(text).finish()).result, label).toEqual(w().u128(a).finish());
    }
    for (const text of ['', 'x', '-1', limit.toString()]) {
      expect(chain.call('parse', w().string(text).finish()).status).toBe('REVERT');
    }
  });
});
