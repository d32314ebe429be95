// `weft network init`: what it writes, and what it refuses.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toHex } from '@weft/runtime/base/bytes';
import { parseGenesis } from '@weft/runtime/chain/genesis-json';
import { encodeAddress } from '@weft/runtime/types/address';
import { ed25519Address } from '@weft/runtime/types/authorisation';
import { genesisHash } from '@weft/runtime/types/genesis-codec';
import { afterEach, beforeEach, expect, it } from 'vitest';

const WEFT = fileURLToPath(new URL('../../bin/weft.js', import.meta.url));

/** The exit code of a command line. */
function main(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [WEFT, ...args], { stdio: 'ignore' });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? -1)));
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-init-'));
});
afterEach(() => rm(folder, { recursive: true }));

const read = (...path: string[]) => readFile(join(folder, ...path), 'utf8');

it('writes four homes of one genesis, each with keys of its own and the others as peers', async () => {
  expect(await main(['network', 'init', '--output', folder, '--dev', '--json'])).toBe(0);
  const { nodes } = JSON.parse(await read('network.json')) as { nodes: { home: string; rpc: string }[] };
  expect(nodes.map(({ rpc }) => rpc)).toEqual([1, 2, 3, 4].map((last) => `http://127.0.0.${last}:9338`));
  const genesis = parseGenesis(await read('node0', 'genesis.json'));
  expect([genesis.validators.length, genesis.accounts.length, genesis.dev]).toEqual([4, 10, true]);
  const keys = new Set<string>();
  for (const { home } of nodes) {
    expect(await read(home, 'genesis.json')).toBe(await read('node0', 'genesis.json'));
    const comet = JSON.parse(await read(home, 'cometbft', 'config', 'genesis.json')) as {
      app_state: { genesisHash: string };
      genesis_time: string;
    };
    expect(comet.app_state.genesisHash).toBe(`0x${toHex(genesisHash(genesis))}`);
    expect(Date.parse(comet.genesis_time)).toBe(genesis.time);
    const peers = /persistent_peers = "(.*)"/.exec(
      await read(home, 'cometbft', 'config', 'config.toml'),
    )?.[1];
    expect(peers?.split(',')).toHaveLength(3);
    const key = join(folder, home, 'cometbft', 'config', 'priv_validator_key.json');
    expect((await stat(key)).mode & 0o077).toBe(0);
    keys.add(await readFile(key, 'utf8'));
    expect(await read(home, 'start.sh')).toMatch(/--max-semi-space-size=\d+ .*weft\.js node --home/);
    expect(await read(home, `weft-${home}.service`)).toContain('Restart=always');
  }
  expect(keys.size).toBe(4);
});

it('takes machines by name, and accounts with what they begin with', async () => {
  const address = ed25519Address(new Uint8Array(32).fill(1));
  const args = ['network', 'init', '--output', folder, '--hosts', '10.0.0.1,node.example', '--json'];
  expect(await main([...args, '--fund', `${encodeAddress(address)}=7`])).toBe(0);
  const { accounts, dev } = parseGenesis(await read('node0', 'genesis.json'));
  expect([accounts, dev]).toEqual([[{ address, balance: 7n }], false]);
  const config = await read('node1', 'cometbft', 'config', 'config.toml');
  expect(config).toContain('laddr = "tcp://0.0.0.0:26656"');
  expect(config).toContain('external_address = "node.example:26656"');
});

it('never writes over a home, and refuses what is no network', async () => {
  expect(await main(['network', 'init', '--output', folder, '--validators', '1'])).toBe(0);
  const key = await read('node0', 'cometbft', 'config', 'priv_validator_key.json');
  expect(await main(['network', 'init', '--output', folder, '--validators', '1'])).toBe(1);
  expect(await read('node0', 'cometbft', 'config', 'priv_validator_key.json')).toBe(key);
  expect(await main(['network', 'init', '--output', join(folder, 'b'), '--validators', '300'])).toBe(1);
  expect(await main(['network', 'init', '--output', join(folder, 'c'), '--hosts', 'a,a'])).toBe(1);
  expect(await main(['network', 'status', join(folder, 'nowhere')])).toBe(1);
  expect(await main(['node', '--home', join(folder, 'nowhere')])).toBe(1);
});

it('makes no folder of a mistyped path', async () => {
  const mistyped = join(folder, 'nowhere', 'network');
  expect(await main(['network', 'init', '--output', mistyped, '--validators', '1'])).toBe(1);
  await expect(stat(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'ENOENT' });
  // Where Node's own way of making folders never ends.
  expect(await main(['network', 'init', '--output', '/proc/weft', '--validators', '1'])).toBe(1);
});
