// The peers' bench without its peers: what they are given is right, and our side of it runs.
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { describe, expect, it } from 'vitest';
import { ratioOf } from '../peers.task.js';
import { compileCosmWasmToken } from './cosmwasm-token.js';
import { assemble, createdAddress, ethereumAccount, signLegacy, tokenInitCode } from './ethereum.js';
import { measureOurs } from './ours.js';
import { WARM_BATCHES } from './rows.js';
import { peerWorkload } from './workload.js';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('peers', () => {
  it('our rows run the transfers and end with the balances they add up to', async () => {
    const workload = await peerWorkload(6, 2, 20);
    const rows = await measureOurs(workload);
    const whole = rows.filter(({ row }) => !row.endsWith('alone'));
    expect(whole.map(({ row, signed }) => `${row} ${signed}`)).toEqual(
      ['2 workers', '1 worker', 'sequential'].flatMap((row) => [`${row} false`, `${row} true`]),
    );
    expect(rows.filter(({ asItComes }) => asItComes).map(({ row }) => row)).toEqual([
      '2 workers',
      '2 workers',
    ]);
    for (const { us } of rows) expect(us.every((one) => one > 0) && us.length === 2).toBe(true);
    expect(workload.ethereum.setup).toHaveLength(6);
    expect(workload.ethereum.balances.reduce((sum, one) => sum + BigInt(one), 0n)).toBe(2n ** 120n);
  });

  it('ratios are of rows as they come, ours over theirs in transactions a second', () => {
    const row = (us: number, signed: boolean, asItComes = true) => ({
      row: '',
      signed,
      asItComes,
      us: [...new Array<number>(WARM_BATCHES).fill(9e9), us, us],
    });
    expect(ratioOf([row(2, false)], [row(5, false, false), row(10, false)], false)).toBe(5);
    expect(ratioOf([row(2, true)], [row(10, false)], true)).toBeNull();
  });

  it('legacy transactions are bound to the chain and recover to their sender', () => {
    const account = ethereumAccount(0);
    const data = Uint8Array.of(1, 2, 3);
    const wire = signLegacy(account, { nonce: 0n, gasLimit: 21_000n, to: account.address, data }, 1n);
    // f8 6d: list of 109 bytes; the signed hash is over the same fields and (1, 0, 0).
    expect(hex(wire).slice(0, 4)).toBe(`f8${(wire.length - 2).toString(16)}`);
    const body = `80843b9aca0082520894${hex(account.address)}8083010203`;
    expect(hex(wire)).toContain(body);
    const unsigned = Buffer.from(`${(0xc0 + body.length / 2 + 3).toString(16)}${body}018080`, 'hex');
    const tail = wire.subarray(wire.length - 67);
    const v = tail[0] as number;
    const signature = Uint8Array.of(v - 37, ...tail.subarray(2, 34), ...tail.subarray(35));
    const key = secp256k1.recoverPublicKey(signature, keccak_256(unsigned), { prehash: false });
    const point = secp256k1.Point.fromBytes(key).toBytes(false);
    expect(hex(keccak_256(point.subarray(1)).slice(12))).toBe(hex(account.address));
  });

  it('a created contract lies where the first transaction of its creator puts it', () => {
    // The well-known first contract of the well-known first test key.
    const creator = Buffer.from('f39fd6e51aad88f6f4ce6ab8827279cfffb92266', 'hex');
    expect(hex(createdAddress(creator, 0n))).toBe('5fbdb2315678afecb367f032d93f642f64180aa3');
  });

  it('the assembler resolves labels, and refuses what it does not know', () => {
    expect(hex(assemble('@end JUMPI 00 DUP1 REVERT :end 01 ; remark'))).toBe('600757600080fd5b6001');
    expect(() => assemble('NOPE')).toThrow(RangeError);
    expect(() => assemble('@nowhere')).toThrow(RangeError);
    expect(tokenInitCode().length).toBeLessThan(300);
  });

  it('the CosmWasm token moves balances, and refuses what is not there', async () => {
    const storage = new Map<string, Uint8Array>();
    const exports = await instantiate(await compileCosmWasmToken(), storage);
    const run = (sender: string, message: unknown) => exports.call({ sender, funds: [] }, message);
    expect(run('ann', { mint: { recipient: 'ann', amount: '100' } })).toMatchObject({ ok: { messages: [] } });
    expect(run('ann', { transfer: { recipient: 'bob', amount: '40' } })).toMatchObject({
      ok: { attributes: [{ value: 'transfer' }, { value: 'ann' }, { value: 'bob' }, { value: '40' }] },
    });
    expect(run('ann', { transfer: { recipient: 'bob', amount: '61' } })).toEqual({
      error: 'insufficient funds',
    });
    expect(run('ann', { burn: {} })).toEqual({ error: 'unknown message' });
    const held = (name: string) => Buffer.from(storage.get(`b${name}`) ?? []).readBigUInt64LE();
    expect([held('ann'), held('bob')]).toEqual([60n, 40n]);
  });
});

/** A host of CosmWasm's calling convention, as small as the token needs. */
async function instantiate(module: Uint8Array, storage: Map<string, Uint8Array>) {
  interface Exports {
    readonly memory: WebAssembly.Memory;
    allocate(size: number): number;
    deallocate(region: number): void;
    execute(env: number, info: number, message: number): number;
  }
  const bytes = (region: number): Uint8Array => {
    const [offset = 0, , length = 0] = new Uint32Array(exports.memory.buffer, region, 3);
    return new Uint8Array(exports.memory.buffer, offset, length);
  };
  const give = (content: Uint8Array): number => {
    const region = exports.allocate(content.length);
    const info = new Uint32Array(exports.memory.buffer, region, 3);
    new Uint8Array(exports.memory.buffer, info[0], content.length).set(content);
    info[2] = content.length;
    return region;
  };
  const text = (region: number): string => Buffer.from(bytes(region)).toString();
  const env = {
    db_read: (key: number) => {
      const value = storage.get(text(key));
      return value === undefined ? 0 : give(value);
    },
    db_write: (key: number, value: number) => void storage.set(text(key), bytes(value).slice()),
  };
  const { instance } = await WebAssembly.instantiate(module as BufferSource, { env });
  const exports = instance.exports as unknown as Exports;
  return {
    call(info: unknown, message: unknown): unknown {
      const json = (value: unknown) => give(Buffer.from(JSON.stringify(value)));
      const answer = exports.execute(json({}), json(info), json(message));
      const result: unknown = JSON.parse(text(answer));
      exports.deallocate(answer);
      return result;
    },
  };
}
