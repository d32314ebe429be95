// The token through its generated dispatcher: arguments in, storage, events and errors out.
import { fileURLToPath } from 'node:url';
import { toHex } from '@weft/runtime/base/bytes';
import { Reader, Writer } from '@weft/runtime/base/codec';
import { type Artifact, compileContract } from '@weft/sdk/compiler/compile';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { address, MockChain, type MockOutcome } from './mock-host.js';

const TOKEN = fileURLToPath(new URL('../../../contracts/token', import.meta.url));
let artifact: Artifact;
let chain: MockChain;

beforeAll(async () => {
  artifact = await compileContract({ entry: TOKEN });
});

beforeEach(() => {
  chain = new MockChain(artifact);
  const args = new Writer().string('Weft Coin').string('WFT').u8(6).u128(1_000n).finish();
  expect(chain.call('init', args).status).toBe('OK');
});

function to(account: number, amount: bigint): Uint8Array {
  return new Writer().fixed(address(account), 32).u128(amount).finish();
}

function balance(account: number): bigint {
  const outcome = chain.call('balanceOf', address(account));
  expect(outcome.status).toBe('OK');
  return new Reader(outcome.result).u128();
}

function errorName(outcome: MockOutcome): string | undefined {
  expect(outcome.status).toBe('REVERT');
  const selector = new Reader(outcome.data.slice(0, 4)).u32();
  return artifact.abi.errors.find((error) => error.selector === selector)?.name;
}

describe('token', () => {
  it('init: gives the creator the supply and keeps the description', () => {
    expect(balance(1)).toBe(1_000n);
    expect(new Reader(chain.call('totalSupply').result).u128()).toBe(1_000n);
    expect(new Reader(chain.call('name').result).string()).toBe('Weft Coin');
    expect(new Reader(chain.call('symbol').result).string()).toBe('WFT');
    expect(chain.call('decimals').result).toEqual(new Uint8Array([6]));
  });

  it('transfer: moves tokens and says so in an event with the amount', () => {
    const outcome = chain.call('transfer', to(2, 300n));
    expect(outcome.status).toBe('OK');
    expect(outcome.result.length).toBe(0);
    expect([balance(1), balance(2)]).toEqual([700n, 300n]);
    const event = artifact.abi.events.find((one) => one.name === 'Transfer');
    expect(outcome.events.length).toBe(1);
    expect(toHex(outcome.events[0]!.event).replace(/^0x/, '')).toBe(event?.id);
    expect(outcome.events[0]!.topics).toEqual([address(1), address(2)]);
    expect(new Reader(outcome.events[0]!.data).u128()).toBe(300n);
  });

  it('transfer: writes to the first 2 KiB of memory alone, so that no more is restored after it', () => {
    expect(chain.call('transfer', to(2, 300n)).status).toBe('OK');
    const before = chain.initialMemory();
    const changed = chain.memory.findLastIndex((byte, at) => byte !== before[at]);
    expect(changed).toBeGreaterThan(1024);
    expect(changed).toBeLessThan(2048);
  });

  it('transfer: reverts with the owner and the amount when the balance is too low', () => {
    const outcome = chain.call('transfer', to(2, 1_001n));
    expect(errorName(outcome)).toBe('InsufficientBalance');
    const reader = new Reader(outcome.data.slice(4));
    expect([reader.fixed(32).slice(), reader.u128()]).toEqual([address(1), 1_001n]);
    expect([balance(1), balance(2)]).toEqual([1_000n, 0n]);
  });

  it('transferFrom: spends the allowance, never more', () => {
    expect(chain.call('approve', to(5, 100n)).status).toBe('OK');
    chain.caller = address(5);
    const move = (amount: bigint): MockOutcome =>
      chain.call(
        'transferFrom',
        new Writer().fixed(address(1), 32).fixed(address(7), 32).u128(amount).finish(),
      );
    expect(errorName(move(101n))).toBe('InsufficientAllowance');
    expect(move(60n).status).toBe('OK');
    expect(errorName(move(60n))).toBe('InsufficientAllowance');
    expect([balance(1), balance(7)]).toEqual([940n, 60n]);
    const pair = new Writer().fixed(address(1), 32).fixed(address(5), 32).finish();
    expect(new Reader(chain.call('allowance', pair).result).u128()).toBe(40n);
  });

  it('mint and burn: the minter makes tokens, owners destroy their own', () => {
    expect(chain.call('mint', to(3, 50n)).status).toBe('OK');
    chain.caller = address(3);
    expect(errorName(chain.call('mint', to(3, 50n)))).toBe('MissingRole');
    expect(chain.call('burn', new Writer().u128(20n).finish()).status).toBe('OK');
    expect(balance(3)).toBe(30n);
    expect(new Reader(chain.call('totalSupply').result).u128()).toBe(1_030n);
    expect(errorName(chain.call('burn', new Writer().u128(31n).finish()))).toBe('InsufficientBalance');
  });

  it('dispatch: refuses arguments too short, too long, not canonical, and unknown selectors', () => {
    expect(errorName(chain.call('transfer', to(2, 1n).slice(0, 47)))).toBe('BadArguments');
    expect(errorName(chain.call('transfer', new Uint8Array([...to(2, 1n), 0])))).toBe('BadArguments');
    const badText = new Uint8Array([2, 0, 0, 0, 0xc0, 0x80, 0, 0, 0, 0, 0, ...new Uint8Array(16)]);
    expect(errorName(chain.call('init', badText))).toBe('BadArguments');
    expect(errorName(chain.call('transfer', to(2, 1n), 1))).toBe('UnknownMethod');
  });

  it('compile: the same bytes at every run', async () => {
    const again = await compileContract({ entry: TOKEN });
    expect(toHex(again.wasm)).toBe(toHex(artifact.wasm));
  });
});
