// Storage beyond plain maps: maps of maps, lists, cells in maps, wide cells, bounds, immutable fields, and the bases.
import { Reader, Writer } from '@weft/runtime/base/codec';
import { selectorOf } from '@weft/runtime/types/layout';
import { beforeEach, describe, expect, it } from 'vitest';
import { accessOf, compileText, refusalOf } from './compile-text.js';
import { address, MockChain, type MockOutcome } from './mock-host.js';

const w = (): Writer => new Writer();

function errorOf(outcome: MockOutcome): number {
  expect(outcome.status).toBe('REVERT');
  return new Reader(outcome.data).u32();
}

describe('storage', () => {
  let chain: MockChain;
  beforeEach(async () => {
    chain = new MockChain(
      await compileText(`@contract class C {
        grid: Map<Address, Map<u64, string>>; deep: Map2<u8, u8, Map<u8, Accumulator<u64>>>;
        cells: Map<Address, Accumulator>; wide: Accumulator<u256>; all: List<string>; lists: Map<Address, List<u64>>;
        @maxBytes(4) short: Value<string>;
        @call put(a: Address, n: u64, text: string): string { this.grid.get(a).set(n, text); return this.grid.get(a).get(n) + (this.grid.get(a).has(6) ? '!' : ''); }
        @view got(a: Address, n: u64): string { return this.grid.get(a).get(n); }
        @call dig(a: u8, b: u8, c: u8, n: u64): u64 { this.deep.get(a, b).get(c).add(n); return this.deep.get(a, b).get(c).get(); }
        @call credit(a: Address, n: u128): u128 { this.cells.get(a).add(n); return this.cells.get(a).get(); }
        @call widen(n: u256): u256 { this.wide.add(n); this.wide.sub(u256.One, u256.from(1)); return this.wide.get(); }
        @call push(text: string): u32 { return this.all.push(text); }
        @call pop(): string { return this.all.pop(); }
        @view item(n: u32): string { return this.all.get(n); }
        @call swap(n: u32, text: string): u32 { this.all.set(n, text); return this.all.length; }
        @call fill(a: Address, n: u64): u64 { for (let i: u64 = 0; i < n; i++) this.lists.get(a).push(i * i);
          let sum: u64 = 0; for (let i: u32 = 0; i < this.lists.get(a).length; i++) sum += this.lists.get(a).get(i); return sum; }
        @call name(text: string): void { this.short.set(text); }
        @call @maxBytes('text', 3) @maxBytes('list', 17) bound(text: string, list: u64[]): void {}
      }`),
    );
  });

  it('maps of maps keep their keys apart', () => {
    const put = (account: number, n: bigint, text: string): string =>
      new Reader(
        chain.call('put', w().fixed(address(account), 32).u64(n).string(text).finish()).result,
      ).string();
    const got = (account: number, n: bigint): string =>
      new Reader(chain.call('got', w().fixed(address(account), 32).u64(n).finish()).result).string();
    expect([put(1, 5n, 'a'), put(2, 5n, 'b'), put(1, 6n, 'c')]).toEqual(['a', 'b', 'c!']);
    expect([got(1, 5n), got(2, 5n), got(1, 6n), got(2, 6n)]).toEqual(['a', 'b', 'c', '']);
    expect(put(1, 5n, 'd')).toBe('d!');
  });

  it('cells in maps, three keys deep, and of 256 bits', () => {
    const dig = (c: number, n: bigint): bigint =>
      new Reader(chain.call('dig', w().u8(1).u8(2).u8(c).u64(n).finish()).result).u64();
    expect([dig(3, 7n), dig(4, 1n), dig(3, 2n)]).toEqual([7n, 1n, 9n]);
    const credit = w()
      .fixed(address(9), 32)
      .u128(1n << 100n)
      .finish();
    expect(new Reader(chain.call('credit', credit).result).u128()).toBe(1n << 100n);
    const high = (1n << 255n) + 5n;
    expect(new Reader(chain.call('widen', w().u256(high).finish()).result).u256()).toBe(high - 1n);
    expect(errorOf(chain.call('widen', w().u256(high).finish()))).toBe(selectorOf('OutOfRange', []));
  });

  it('lists: push, get, set, length, pop; past the end reverts', () => {
    const push = (text: string): number =>
      new Reader(chain.call('push', w().string(text).finish()).result).u32();
    expect([push('a'), push('b'), push('c')]).toEqual([0, 1, 2]);
    const item = (n: number): MockOutcome => chain.call('item', w().u32(n).finish());
    expect(new Reader(item(1).result).string()).toBe('b');
    expect(errorOf(item(3))).toBe(selectorOf('OutOfRange', []));
    expect(new Reader(chain.call('swap', w().u32(1).string('x').finish()).result).u32()).toBe(3);
    expect(new Reader(chain.call('pop').result).string()).toBe('c');
    expect(errorOf(item(2))).toBe(selectorOf('OutOfRange', []));
    expect(new Reader(item(1).result).string()).toBe('x');
    expect(new Reader(chain.call('fill', w().fixed(address(1), 32).u64(5n).finish()).result).u64()).toBe(30n);
    chain.call('pop');
    chain.call('pop');
    expect(errorOf(chain.call('pop'))).toBe(selectorOf('OutOfRange', []));
  });

  it('@maxBytes: fields and parameters refuse what is longer', () => {
    const name = (text: string): MockOutcome => chain.call('name', w().string(text).finish());
    expect(name('abcd').status).toBe('OK');
    expect(errorOf(name('äbcd'))).toBe(selectorOf('TooLong', []));
    const bound = (text: string, count: number): MockOutcome => {
      const writer = w().string(text).u32(count);
      for (let index = 0; index < count; index++) writer.u64(1n);
      return chain.call('bound', writer.finish());
    };
    expect(bound('abc', 2).status).toBe('OK');
    expect(errorOf(bound('abcd', 2))).toBe(selectorOf('TooLong', []));
    expect(errorOf(bound('abc', 3))).toBe(selectorOf('TooLong', []));
  });
});

describe('bases', () => {
  it('ownership in two steps, a pause seen from the next block, roles', async () => {
    const artifact = await compileText(
      `import { Pausable } from '@weft/sdk/assembly/bases/pausable';
       @contract class C extends Pausable { n: Value<u64>;
         @init init(): void { this.claimOwnership(); }
         @call set(n: u64): void { this.whenRunning(); this.n.set(n); } }`,
    );
    const chain = new MockChain(artifact);
    const as = (account: number, method: string, args?: Uint8Array): MockOutcome => {
      chain.caller = address(account);
      return chain.call(method, args);
    };
    expect(as(1, 'init').status).toBe('OK');
    expect(errorOf(as(2, 'transferOwnership', address(2)))).toBe(
      selectorOf('NotOwner', [{ kind: 'address' }]),
    );
    expect(as(1, 'transferOwnership', address(2)).status).toBe('OK');
    expect(as(1, 'owner').result).toEqual(address(1));
    expect(as(3, 'acceptOwnership').status).toBe('REVERT');
    expect(as(2, 'acceptOwnership').status).toBe('OK');
    expect([as(1, 'owner').result, as(1, 'pendingOwner').result]).toEqual([address(2), new Uint8Array(32)]);
    expect(as(1, 'pause').status).toBe('REVERT');
    expect(as(2, 'pause').status).toBe('OK');
    expect(errorOf(as(5, 'set', w().u64(4n).finish()))).toBe(selectorOf('ContractPaused', []));
    expect(as(2, 'unpause').status).toBe('OK');
    expect(as(5, 'set', w().u64(4n).finish()).status).toBe('OK');
    expect(accessOf(artifact, 'set')).toEqual(['past pausedNow', 'write n']);
  });

  it('roles: granted and revoked by the administrators only', async () => {
    const chain = new MockChain(
      await compileText(
        `import { Roles } from '@weft/sdk/assembly/bases/roles';
         const MINTER: string = 'minter';
         @contract class C extends Roles {
           @init init(): void { this.claimRoles(); }
           @call mint(): void { this.onlyRole(hashOf(MINTER)); }
           @view minter(): Hash { return hashOf(MINTER); } }`,
      ),
    );
    chain.call('init');
    const role = chain.call('minter').result;
    const grant = w().fixed(role, 32).fixed(address(7), 32).finish();
    chain.caller = address(7);
    expect([chain.call('mint').status, chain.call('grantRole', grant).status]).toEqual(['REVERT', 'REVERT']);
    chain.caller = address(1);
    expect(chain.call('grantRole', grant).status).toBe('OK');
    chain.caller = address(7);
    expect(chain.call('mint').status).toBe('OK');
    chain.caller = address(1);
    expect(chain.call('revokeRole', grant).status).toBe('OK');
    chain.caller = address(7);
    expect(chain.call('mint').status).toBe('REVERT');
  });

  it('roles: the last administrator leaves only by saying so', async () => {
    const chain = new MockChain(
      await compileText(
        `import { Roles } from '@weft/sdk/assembly/bases/roles';
         @contract class C extends Roles { @init init(): void { this.claimRoles(); } }`,
      ),
    );
    chain.call('init');
    const administrator = new Uint8Array(32);
    const last = selectorOf('LastAdministrator', [{ kind: 'address' }]);
    expect(errorOf(chain.call('renounceRole', administrator))).toBe(last);
    const second = w().fixed(administrator, 32).fixed(address(7), 32).finish();
    expect(chain.call('grantRole', second).status).toBe('OK');
    expect(errorOf(chain.call('endAdministration'))).toBe(last);
    expect(chain.call('renounceRole', administrator).status).toBe('OK');
    chain.caller = address(7);
    expect(errorOf(chain.call('revokeRole', second))).toBe(last);
    expect(chain.call('endAdministration').status).toBe('OK');
    expect(chain.call('grantRole', second).status).toBe('REVERT');
  });
});

describe('refusals', () => {
  it('immutable fields change in @init only, through helpers too', async () => {
    const source = (kind: string): string => `@contract class C { @immutable owner: Value<Address>;
      @${kind} run(): void { this.keep(); } private keep(): void { this.owner.set(caller()); } }`;
    expect((await refusalOf(source('init'))).code).toBe('NONE');
    expect((await refusalOf(source('call'))).code).toBe('COMPILE_IMMUTABLE');
  });

  it('storage of a map kept as a value, bounds that are none, cells of other types', async () => {
    const grid = 'grid: Map<u8, Map<u8, u8>>;';
    const codes: Readonly<Record<string, string>> = {
      [`${grid} @call a(): void { const m = this.grid.get(1); m.set(1, 1); }`]: 'COMPILE_STORAGE_USE',
      [`${grid} @call a(): void { this.grid.set(1, this.grid.get(2)); }`]: 'COMPILE_STORAGE_USE',
      ['@maxBytes(0) t: Value<string>;']: 'COMPILE_DECLARATION',
      ['@call @maxBytes("x", 5) a(t: string): void {}']: 'COMPILE_DECLARATION',
      ['@call @maxBytes(5) a(t: string): void {}']: 'COMPILE_DECLARATION',
      ['m: Map<u8, Accumulator<u32>>;']: 'COMPILE_TYPE',
    };
    for (const [body, code] of Object.entries(codes)) {
      expect((await refusalOf(`@contract class C { ${body} }`)).code, body).toBe(code);
    }
  });
});
