// What compiled contracts do without making an object for it: storage fields, events, errors of conditions that hold.
import { Reader, Writer } from '@weft/runtime/base/codec';
import { selectorOf } from '@weft/runtime/types/layout';
import { describe, expect, it } from 'vitest';
import { compileText } from './compile-text.js';
import { MockChain, type MockOutcome } from './mock-host.js';

const PAGE = 65_536;
const u32 = (value: number): Uint8Array => new Writer().u32(value).finish();

async function chainOf(methods: string): Promise<MockChain> {
  return new MockChain(
    await compileText(`
      @event class Moved { @indexed by: Address; amount: u128; note: string | null; }
      @error class Low { count: u64; by: Address; }
      @contract class C {
        count: Value<u64>; names: Map<u32, string>; @maxBytes(3) short: Value<string>;
        private next(): u64 { this.count.set(this.count.get() + 1); return this.count.get(); }
        private get another(): u64 { return this.next(); }
        ${methods} }`),
  );
}

function number(outcome: MockOutcome): bigint {
  expect(outcome.status).toBe('OK');
  return new Reader(outcome.result).u64();
}

describe('spare objects', () => {
  it('events and errors of conditions that hold take no memory, however many there are', async () => {
    const chain = await chainOf(`
      @call run(times: u32): void {
        for (let i: u32 = 0; i < times; i++) {
          ensure(i < times, new Low(7, caller()));
          emit(new Moved(caller(), u128.from(i), null));
        } }`);
    const { status, events } = chain.call('run', u32(10_000));
    expect(status).toBe('OK');
    expect(events.map(({ data }) => new Reader(data.slice(0, 16)).u128())).toEqual(
      Array.from({ length: 10_000 }, (_, index) => BigInt(index)),
    );
    expect(chain.memory.length).toBe(PAGE);
  });

  it('an event made first and emitted later is the same as one emitted at once', async () => {
    const chain = await chainOf(`
      @call both(): void {
        const event = new Moved(caller(), u128.from(5), 'five');
        emit(event);
        emit<Moved>(new Moved(caller(), u128.from(5), 'five'));
      }`);
    const [first, second] = chain.call('both').events;
    expect(first?.topics.length).toBe(1);
    expect(second).toEqual(first);
  });

  it('fields of an event may have the names of built-in functions', async () => {
    const chain = new MockChain(
      await compileText(`
        @event class Opened { @indexed store: u32; load: u32; memory: u32; heap: u32; }
        @contract class C { @call open(): void { emit(new Opened(1, 2, 3, 4)); } }`),
    );
    const [opened] = chain.call('open').events;
    expect(opened?.topics).toEqual([u32(1)]);
    const reader = new Reader(opened!.data);
    expect([reader.u32(), reader.u32(), reader.u32()]).toEqual([2, 3, 4]);
  });

  it('an event longer than a key has room of its own', async () => {
    const chain = await chainOf(`
      @call tell(note: string): void { emit(new Moved(caller(), u128.One, note)); }`);
    for (const length of [900, 975, 976, 3_000]) {
      const { events } = chain.call('tell', new Writer().string('x'.repeat(length)).finish());
      expect(new Reader(events[0]!.data.slice(17)).string()).toBe('x'.repeat(length));
    }
  });

  it('an error that only names values is made when its condition fails; one that does something, before', async () => {
    const chain = await chainOf(`
      @call plain(n: u64): u64 { ensure(n > 1, new Low(n, caller())); return this.count.get(); }
      @call calls(n: u64): u64 { ensure(n > 1, new Low(this.next(), caller())); return this.count.get(); }
      @call reads(n: u64): u64 { ensure(n > 1, new Low(this.another, caller())); return this.count.get(); }
      @call sums(n: u64): u64 { ensure(n == 0, new Low(n - 1, caller())); return n; }`);
    const args = (n: bigint): Uint8Array => new Writer().u64(n).finish();
    expect(number(chain.call('plain', args(2n)))).toBe(0n);
    expect(number(chain.call('calls', args(2n)))).toBe(1n);
    expect(number(chain.call('reads', args(2n)))).toBe(2n);
    const low = chain.artifact.abi.errors.find(({ name }) => name === 'Low')?.selector;
    for (const [method, count] of [
      ['plain', 1n],
      ['calls', 3n],
      ['reads', 3n],
    ] as const) {
      const { status, data } = chain.call(method, args(1n));
      const reader = new Reader(data);
      expect([status, reader.u32(), reader.u64()], method).toEqual(['REVERT', low, count]);
    }
    // 0 - 1 overflows whether the condition holds or not.
    const overflow = new Reader(chain.call('sums', args(0n)).data).u32();
    expect(overflow).toBe(selectorOf('Overflow', []));
  });

  it('names that the author hides are the author’s', async () => {
    const chain = await chainOf(`
      @call run(n: u64): u64 { let ensure = n; ensure += 1; return ensure; }
      @call check(n: u64): u64 { ensure(n > 1, new Low(n, caller())); return n; }`);
    expect(number(chain.call('run', new Writer().u64(4n).finish()))).toBe(5n);
    expect(chain.call('check', new Writer().u64(1n).finish()).status).toBe('REVERT');
  });

  it('storage fields keep their keys and their bounds, those of bases too, and methods their overrides', async () => {
    const chain = new MockChain(
      await compileText(`
        class Base {
          count: Value<u64>;
          protected twice(): u64 { return 0; }
          @view doubled(): u64 { return this.twice(); } }
        @contract class C extends Base {
          @maxBytes(3) short: Value<string>;
          protected twice(): u64 { return 2 * this.count.get(); }
          @call set(n: u64, text: string): u64 { this.count.set(n); this.short.set(text); return this.count.get(); } }`),
    );
    const args = (text: string): Uint8Array => new Writer().u64(9n).string(text).finish();
    expect(number(chain.call('set', args('abc')))).toBe(9n);
    expect(number(chain.call('doubled'))).toBe(18n);
    expect(new Reader(chain.call('set', args('abcd')).data).u32()).toBe(selectorOf('TooLong', []));
    expect([...chain.state.keys()].length).toBe(2);
  });
});
