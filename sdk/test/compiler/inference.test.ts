// Access inference: what small contracts are found to touch. Lines are those of the ABI.
import { describe, expect, it } from 'vitest';
import { accessOf, compileText } from './compile-text.js';

const FIELDS = `
  map: Map<u64, string>; owners: Map<Address, Address>; ids: Map<Hash, u32>; names: Map<string, u64>;
  pairs: Map2<Address, u32, u64>; one: Value<u64>; total: Accumulator; count: Accumulator<u64>;
  bals: AccumulatorMap<Address>; grid: AccumulatorMap2<Address, Address>;`;

/** The access of `run` in a contract with these fields. */
async function access(
  members: string,
  before = '',
  files: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const artifact = await compileText(`${before}\n@contract\nclass C {${FIELDS}\n${members}\n}`, files);
  return accessOf(artifact, 'run');
}

describe('inference: keys', () => {
  it('constants, literals by the type of the key, and const globals', async () => {
    const lines = await access(
      `static readonly SLOT: u64 = 9;
       @call run(): void {
         this.map.set(5, 'x'); this.map.set(LIMIT, 'y'); this.map.set(C.SLOT, 'z'); this.names.set('ab', 1);
         const key: u64 = 6; this.map.delete(key); this.map.get(Kind.Two);
       }`,
      'const LIMIT: u64 = 7; enum Kind { One = 1, Two = 2 }',
    );
    expect(lines).toEqual([
      'write map[0x0500000000000000]',
      'write map[0x0700000000000000]',
      'write map[0x0900000000000000]',
      'write names[0x020000006162]',
      'write map[0x0600000000000000]',
      'read map[0x0200000000000000]',
    ]);
  });

  it('arguments, sender, caller and self', async () => {
    const lines = await access(`@call run(a: Address, n: u32): void {
      this.owners.set(sender(), a); this.owners.get(self()); this.pairs.set(caller(), n, 1); this.owners.has(a);
    }`);
    expect(lines).toEqual([
      'write owners[sender]',
      'read owners[self]',
      'write pairs[caller, args.n]',
      'read owners[args.a]',
    ]);
  });

  it('members of struct arguments, also through locals', async () => {
    const lines = await access(
      `@call run(order: Order): void {
         const line = order.line; const who = line.buyer;
         this.bals.add(who, order.line.amount); this.map.get(order.id);
       }`,
      '@struct class Line { buyer: Address; amount: u128; }\n@struct class Order { id: u64; line: Line; }',
    );
    expect(lines).toEqual([
      'add bals[args.order.line.buyer] up args.order.line.amount',
      'read map[args.order.id]',
    ]);
  });

  it('hashes of known parts, and the same 32 bytes as address or hash', async () => {
    const lines = await access(`@call run(a: Address, n: u64, h: Hash): void {
      this.ids.set(hashOf2(a, n), 1); this.ids.set(a.toHash(), 2); this.owners.set(Address.fromHash(h), a);
      const id = hashOf(h); this.ids.get(id);
    }`);
    expect(lines).toEqual([
      'write ids[hash(args.a, args.n)]',
      'write ids[args.a]',
      'write owners[args.h]',
      'read ids[hash(args.h)]',
    ]);
  });
});

describe('inference: functions', () => {
  it('helpers, with their parameters replaced and their results known', async () => {
    const lines = await access(
      `@call run(a: Address, b: Address): void { this.move(b, a); this.ids.set(key(a), 1); this.one.set(twice(2)); }
       private move(from: Address, to: Address): void { this.debit(from); this.bals.add(to, u128.One); }
       private debit(who: Address): void { this.bals.sub(who, u128.from(3)); }`,
      'function key(a: Address): Hash { const h = hashOf(a); return h; }\nfunction twice(n: u64): u64 { return n * 2; }',
    );
    expect(lines).toEqual([
      'add bals[args.b] down 0x03000000000000000000000000000000',
      'add bals[args.a] up 0x01000000000000000000000000000000',
      'write ids[hash(args.a)]',
      'write one',
    ]);
  });

  it('base classes in other files, overriding and super', async () => {
    const artifact = await compileText(
      `import { Base } from './base';
       @contract class C extends Base {
         @call run(a: Address): void { this.plain(a); }
         hook(a: Address): void { super.hook(a); this.flag.set(1); } }`,
      {
        'base.ts': `import { Address, Map, Value } from '@weft/sdk/assembly';
          export class Base { seen: Map<Address, bool>; flag: Value<u64>;
            hook(a: Address): void { this.seen.set(a, true); }
            plain(a: Address): void { this.hook(a); }
            @view saw(a: Address): bool { return this.seen.get(a); } }`,
      },
    );
    expect(accessOf(artifact, 'run')).toEqual(['write seen[args.a]', 'write flag']);
    expect(accessOf(artifact, 'saw')).toEqual(['read seen[args.a]']);
  });

  it('both branches, ternaries, short circuits, switch and early return', async () => {
    const lines = await access(`@call run(n: u64, a: Address): u64 {
      if (n > 5) { this.map.set(1, 'a'); } else this.map.set(2, 'b');
      if (n > 7 && this.map.has(3)) return 1;
      switch (n) { case 0: this.owners.get(a); break; default: this.total.get(); }
      return n == 0 ? this.one.get() : this.count.get();
    }`);
    expect(lines).toEqual([
      'write map[0x0100000000000000]',
      'write map[0x0200000000000000]',
      'read map[0x0300000000000000]',
      'read owners[args.a]',
      'read total',
      'read one',
      'read count',
    ]);
  });

  it('functions used as values and methods of other classes', async () => {
    const lines = await access(
      `@call run(list: u64[]): void { list.forEach(visit); new Box(1).pay(); }`,
      `function visit(n: u64, i: i32, all: u64[]): void { balanceOf(sender()); }
       class Box { n: u64; constructor(n: u64) { this.n = n; } pay(): void { transfer(sender(), u128.One); } }`,
    );
    expect(lines).toEqual(['read balance(sender)', 'add balance(self) down', 'add balance(sender) up']);
  });

  it('recursion ends, with what it touches', async () => {
    const lines = await access(
      '@call run(n: u64): u64 { return this.fall(n); }\n fall(n: u64): u64 { this.one.set(n); return n == 0 ? 0 : this.fall(n - 1); }',
    );
    expect(lines).toEqual(['write one']);
  });
});

describe('inference: lists', () => {
  const ROW = '@struct class Row { to: Address; amount: u128; tags: u64[]; }';

  it('a loop over a list argument: each element, its amount with it', async () => {
    const lines = await access(
      `@call run(rows: Row[]): void {
         for (let i = 0; i < rows.length; i++) { const row = rows[i]; this.bals.add(row.to, row.amount); this.total.add(row.amount); }
       }`,
      ROW,
    );
    expect(lines).toEqual([
      'add bals[each(args.rows).to] up each(args.rows).amount',
      'add total up each(args.rows).amount',
    ]);
  });

  it('nested lists, and a helper per element', async () => {
    const lines = await access(
      `@call run(rows: Row[]): void { for (let i = 0; i < rows.length; ++i) this.row(rows[i]); }
       row(row: Row): void { const n = row.tags.length; for (let j = 0; j < n; j++) this.map.set(row.tags[j], 'x'); }`,
      ROW,
    );
    expect(lines).toEqual(['write map[each(each(args.rows).tags)]']);
  });

  it('two lists at one index: keys of both, amounts left open', async () => {
    const lines = await access(`@call run(to: Address[], amounts: u128[]): void {
      for (let i = 0; i < to.length; i++) this.bals.add(to[i], amounts[i]);
    }`);
    expect(lines).toEqual(['add bals[each(args.to)] up']);
  });

  it('amounts inside other loops are left open, keys stay', async () => {
    const lines = await access(`@call run(n: u32, a: Address, amount: u128): void {
      for (let i: u32 = 0; i < n; i++) this.bals.add(a, amount);
      while (height() > 5) this.bals.sub(a, amount);
      this.bals.add(a, amount);
    }`);
    expect(lines).toEqual([
      'add bals[args.a] up',
      'add bals[args.a] down',
      'add bals[args.a] up args.amount',
    ]);
  });
});

describe('inference: cells, balances, calls', () => {
  it('bounds known and unknown, narrower amounts, constants', async () => {
    const lines = await access(`@call run(n: u64, low: u128, a: Address): void {
      this.total.sub(u128.from(n), low); this.bals.trySub(a, low, u128.from(5)); this.count.add(n, 100);
      this.total.add(low, low + u128.One); this.grid.add(a, a, low); this.count.past(); this.one.past();
    }`);
    expect(lines).toEqual([
      'add total down args.n floor args.low',
      'add bals[args.a] down args.low floor 0x05000000000000000000000000000000',
      'add count up args.n ceiling 0x6400000000000000',
      'write total',
      'add grid[args.a, args.a] up args.low',
      'past count',
      'past one',
    ]);
  });

  it('native balances', async () => {
    const lines = await access(`@call @payable run(to: Address, n: u128): void {
      require(balanceOf(to) > balancePast(self()), 'x'); transfer(to, value()); tryTransfer(to, n);
    }`);
    expect(lines).toEqual([
      'read balance(args.to)',
      'past balance(self)',
      'add balance(self) down value',
      'add balance(args.to) up value',
      'add balance(self) down args.n',
      'add balance(args.to) up args.n',
    ]);
  });

  it('calls through a remote class', async () => {
    const artifact = await compileText(`
      @remote abstract class Coin { abstract move(to: Address, n: u128): void; abstract of(who: Address): u128; }
      @contract class C { @call run(coin: Address, to: Address): u128 {
        const c = new Coin(coin); c.move(to, u128.from(2)); return new Coin(coin).of(sender()); } }`);
    const [move, of] = artifact.access.methods[0]!.templates;
    expect(accessOf(artifact, 'run').map((line) => line.replace(/0x[0-9a-f]{8}\(/, 'm('))).toEqual([
      'call args.coin m(args.to, 0x02000000000000000000000000000000)',
      'call args.coin m(sender)',
    ]);
    expect([move?.kind, of?.kind]).toEqual(['call', 'call']);
  });
});

describe('declared access', () => {
  it('joins what is inferred and covers what cannot be', async () => {
    const lines = await access(`
      @call @writes('map[*]') @reads('owners[args.a]') @adds('total', 'up', 'args.n') @pasts('one')
      run(a: Address, n: u64): void { this.map.set(n * 2, 'x'); this.names.set('k', n); }`);
    expect(lines).toEqual([
      'write names[0x010000006b]',
      'read owners[args.a]',
      'write map[*]',
      'add total up args.n',
      'past one',
    ]);
  });

  it('keys over lists, hashes, constants; calls; the whole contract', async () => {
    const lines = await access(
      `@call @writes("ids[hash(args.rows, 'x')]") @reads('map[each(args.rows).id]') @reads('*') @adds('grid[sender, caller]', 'down', '5', '2')
       @calls('args.a', 'of(address)', 'self')
       run(a: Address, rows: Row[]): void {}`,
      '@struct class Row { id: u64; }',
    );
    expect(lines.map((line) => line.replace(/0x[0-9a-f]{8}\(/, 'm('))).toEqual([
      'read map[each(args.rows).id]',
      'read *',
      'write ids[hash(args.rows, 0x0100000078)]',
      'add grid[sender, caller] down 0x05000000000000000000000000000000 floor 0x02000000000000000000000000000000',
      'call args.a m(self)',
    ]);
  });
});
