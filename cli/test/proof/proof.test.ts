// `weft proof` as a process: from a node of this process to a file, and from the file to an answer after the node is gone.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { toHex } from '@weft/runtime/base/bytes';
import { createNode } from '@weft/runtime/node/create-node';
import { developmentGenesis } from '@weft/runtime/node/development';
import type { Address } from '@weft/runtime/types/address';
import { genesisHash } from '@weft/runtime/types/genesis-codec';
import { balanceKey } from '@weft/runtime/types/system';
import { decodeCell } from '@weft/runtime/types/value';
import { fromNodeHex } from '@weft/sdk/client/node-client';
import { transferCall } from '@weft/sdk/client/system-abi';
import { buildTransaction } from '@weft/sdk/client/transaction';
import { accountsFromMnemonic, DEVELOPMENT_MNEMONIC } from '@weft/sdk/client/wallet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const WEFT = fileURLToPath(new URL('../../bin/weft.js', import.meta.url));
const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;

const account = accountsFromMnemonic(DEVELOPMENT_MNEMONIC, 1)[0]!;
const holder = account.address as Address;
const TERMS = {
  nonce: { kind: 'lane', lane: 0, sequence: 0n },
  gasLimit: 1_000_000,
  gasPrice: 1n,
  expiry: 100,
} as const;
const keys = {
  present: hex(balanceKey(holder)),
  absent: hex(balanceKey(new Uint8Array(32).fill(77) as Address)),
};
let folder: string;
let root: string;
let headerHash: string;
let balance: bigint;
let balanceAtFirst: bigint;
let refusedHeight: Ended;
let pastEnd: Ended;
let wire: Uint8Array;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly log: string;
}

function weft(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [WEFT, 'proof', ...args]);
  let out = '';
  let log = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (log += chunk));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, log })));
}

const fileOf = (name: string): string => path.join(folder, `${name}.json`);
const codeOf = ({ out }: Ended): unknown => (JSON.parse(out) as { error?: { code: string } }).error?.code;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'weft-proof-'));
  const genesis = developmentGenesis({ accounts: [holder] });
  const node = createNode({
    genesis,
    dataFolder: path.join(folder, 'data'),
    executor: 'sequential',
    seal: { trigger: { kind: 'manual' }, timeOf: (height) => genesis.time + height },
    rpc: { port: 0 },
  });
  await node.start();
  try {
    balanceAtFirst = node.query().balance(holder);
    await node.seal(40);
    const calls = [transferCall(new Uint8Array(32).fill(5), 7n)];
    wire = buildTransaction(account, calls, { ...TERMS, genesisHash: genesisHash(genesis) });
    await node.submit(wire);
    await node.seal(1);
    const status = node.query().status();
    [root, headerHash] = [hex(status.stateRoot), hex(status.hash)];
    balance = node.query().balance(holder);
    const at = ['--rpc-url', node.url as string];
    const asText = await weft('get', keys.present, ...at);
    expect(asText).toMatchObject({ code: 0, log: expect.stringContaining(root) });
    await writeFile(fileOf('present'), asText.out);
    // Without 0x, one line, at a height.
    const asJson = await weft('get', keys.absent.slice(2), '--height', '41', '--json', ...at);
    expect(asJson.code).toBe(0);
    await writeFile(fileOf('absent'), asJson.out);
    refusedHeight = await weft('get', keys.absent, '--height', '99', '--json', ...at);
    const item = await weft('item', 'transaction', '0', '--height', '41', '--json', ...at);
    expect(item.code).toBe(0);
    await writeFile(fileOf('item'), item.out);
    const field = await weft('field', 'stateRoot', ...at);
    expect(field).toMatchObject({ code: 0, log: expect.stringContaining(headerHash) });
    await writeFile(fileOf('field'), field.out);
    pastEnd = await weft('item', 'receipt', '9', '--json', ...at);
  } finally {
    await node.stop();
  }
});
afterAll(() => rm(folder, { recursive: true }));

describe('weft proof', () => {
  test('get: a height the node does not keep, a key that is none, no node', async () => {
    expect(refusedHeight.code).toBe(1);
    expect(codeOf(refusedHeight)).toBe('CLIENT_RPC');
    expect(refusedHeight.out).toContain('STATE_HEIGHT');
    const unusable = ['zz', '0xff', keys.absent.slice(0, -1)];
    for (const ended of await Promise.all(unusable.map((key) => weft('get', key, '--json'))))
      expect([ended.code, codeOf(ended)]).toEqual([2, 'CLI_USAGE']);
    const alone = await weft('get', keys.present, '--json', '--rpc-url', 'http://127.0.0.1:9');
    expect([alone.code, codeOf(alone)]).toEqual([1, 'CLIENT_TRANSPORT']);
  });

  test('verify, offline: a value and an absence, with and without the header', async () => {
    for (const trust of [
      ['--root', root],
      ['--root', root.slice(2), '--header-hash', headerHash],
    ]) {
      const stateRoot = root;
      const header = trust.length > 2 ? headerHash : null;
      const present = await weft('verify', fileOf('present'), ...trust, '--json');
      expect(present.code).toBe(0);
      const answer = JSON.parse(present.out) as { value: string };
      expect(answer).toMatchObject({ key: keys.present, stateRoot, headerHash: header, present: true });
      expect(decodeCell(2, fromNodeHex(answer.value))).toBe(balance);
      const absent = await weft('verify', fileOf('absent'), ...trust, '--json');
      expect(absent.code).toBe(0);
      expect(JSON.parse(absent.out)).toEqual({
        key: keys.absent,
        stateRoot,
        headerHash: header,
        present: false,
        value: null,
      });
    }
    const said = await weft('verify', fileOf('absent'), '--root', root, '--header-hash', headerHash);
    expect(said.out).toBe(
      `key ${keys.absent}\nholds nothing\nunder state root ${root}\nof header ${headerHash}\n`,
    );
  });

  test('verify, offline: a transaction of the block and a field of its header', async () => {
    const item = await weft('verify', fileOf('item'), '--header-hash', headerHash, '--json');
    expect([item.code, JSON.parse(item.out)]).toEqual([
      0,
      { part: 'transaction', index: 0, headerHash, value: hex(wire) },
    ]);
    const field = await weft('verify', fileOf('field'), '--header-hash', headerHash);
    expect([field.code, field.out]).toEqual([0, `field stateRoot\nis ${root}\nunder header ${headerHash}\n`]);
    const wrong = await weft('verify', fileOf('item'), '--header-hash', root, '--json');
    expect([wrong.code, codeOf(wrong)]).toEqual([1, 'PROOF_ROOT']);
    const untrusted = await weft('verify', fileOf('item'), '--json');
    expect([untrusted.code, codeOf(untrusted)]).toEqual([2, 'CLI_USAGE']);
    const rootless = await weft('verify', fileOf('present'), '--json');
    expect([rootless.code, codeOf(rootless)]).toEqual([2, 'CLI_USAGE']);
    expect([pastEnd.code, codeOf(pastEnd)]).toEqual([2, 'CLI_USAGE']);
    const unknown = await Promise.all([
      weft('item', 'block', '0', '--json'),
      weft('field', 'roots', '--json'),
    ]);
    for (const ended of unknown) expect([ended.code, codeOf(ended)]).toEqual([2, 'CLI_USAGE']);
  });

  test('get from a data folder: heights a node no longer proves', async () => {
    const data = ['--data', path.join(folder, 'data')];
    const old = await weft('get', keys.present, '--height', '3', ...data);
    expect(old.code).toBe(0);
    const file = JSON.parse(old.out) as { height: number; stateRoot: string; header: { hash: string } };
    expect(file.height).toBe(3);
    expect(file.stateRoot).not.toBe(root);
    await writeFile(fileOf('old'), old.out);
    const trust = ['--root', file.stateRoot, '--header-hash', file.header.hash];
    const answer = await weft('verify', fileOf('old'), ...trust, '--json');
    const { value } = JSON.parse(answer.out) as { value: string };
    // Nothing was sent before the last block.
    expect(decodeCell(2, fromNodeHex(value))).toBe(balanceAtFirst);
    const newest = await weft('get', keys.absent, ...data, '--json');
    expect(JSON.parse(newest.out)).toEqual(JSON.parse(await readFile(fileOf('absent'), 'utf8')));
    const never = await weft('get', keys.absent, '--height', '99', ...data, '--json');
    expect([never.code, codeOf(never)]).toEqual([1, 'STORE_UNKNOWN_HEIGHT']);
  });

  test('verify: wrong roots, changed and missing files', async () => {
    const text = await readFile(fileOf('present'), 'utf8');
    const { header: _header, ...bare } = JSON.parse(text) as Record<string, unknown>;
    const value = (JSON.parse(text) as { proof: { existence: { value: string } } }).proof.existence.value;
    await writeFile(fileOf('value'), text.replace(value, `${value}00`));
    await writeFile(fileOf('version'), text.replace('"version": 1', '"version": 2'));
    await writeFile(fileOf('extra'), text.replace('"version": 1', '"version": 1, "note": ""'));
    await writeFile(fileOf('key'), text.replace(keys.present, keys.absent));
    await writeFile(fileOf('bare'), JSON.stringify(bare));
    const wrong = `0x${'12'.repeat(32)}`;
    const cases = [
      ['present', 'PROOF_ROOT', '--root', wrong],
      ['absent', 'PROOF_ROOT', '--root', wrong],
      ['present', 'PROOF_HEADER', '--root', root, '--header-hash', wrong],
      ['present', 'PROOF_HEADER', '--root', wrong, '--header-hash', headerHash],
      ['bare', 'PROOF_HEADER', '--root', root, '--header-hash', headerHash],
      ['value', 'PROOF_ROOT', '--root', root],
      ['key', 'PROOF_KEY', '--root', root],
      ['version', 'PROOF_FILE', '--root', root],
      ['extra', 'PROOF_FILE', '--root', root],
      ['missing', 'CLI_FILE', '--root', root],
    ] as const;
    const check = async ([name, expected, ...trust]: (typeof cases)[number]) => {
      const ended = await weft('verify', fileOf(name), ...trust, '--json');
      expect([name, ended.code, codeOf(ended)]).toEqual([name, 1, expected]);
    };
    await Promise.all(cases.map(check));
    const usage = await weft('verify', fileOf('present'), '--root', '0x12', '--json');
    expect([usage.code, codeOf(usage)]).toEqual([2, 'CLI_USAGE']);
    expect((await weft('verify', fileOf('present'))).code).toBe(2);
  });
});
