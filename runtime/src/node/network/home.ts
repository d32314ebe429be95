// A network node's home: `weft.json` and `comet.json` (its addresses), `genesis.json`, `data/` (the chain), `cometbft/` (CometBFT's home),
// `start.sh` and a systemd unit.
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { formatGenesis, parseGenesis } from '../../chain/genesis-json.js';
import type { Genesis } from '../../types/genesis.js';
import { NodeError } from '../errors.js';
import {
  type CometSettings,
  cometConfig,
  cometGenesis,
  nodeKeyFile,
  UNSIGNED_STATE,
  validatorKeyFile,
} from './comet-files.js';

/** What `weft.json` says. */
export interface HomeSettings {
  readonly moniker: string;
  /** Of the JSON-RPC. */
  readonly rpc: { readonly host: string; readonly port: number };
  /** CometBFT's RPC, `http://HOST:PORT`. */
  readonly cometRpc: string;
  /** Blocks between snapshots for nodes that join. */
  readonly snapshotEvery: number;
  /** Block records kept; absent: all. */
  readonly keepBlocks?: number;
  /** Worker threads; absent: one a core. */
  readonly workers?: number;
}

export interface NewHome {
  readonly settings: HomeSettings;
  readonly comet: CometSettings;
  readonly genesis: Genesis;
  /** Ed25519 seeds, 32 bytes. */
  readonly validatorSeed: Uint8Array;
  readonly nodeSeed: Uint8Array;
  /** The command that runs `weft`, for scripts and units. */
  readonly command: readonly string[];
}

/** CometBFT's home inside a node's. */
export function cometHome(home: string): string {
  return join(home, 'cometbft');
}

/**
 * Makes a folder, unless it is there, in one that is: a mistyped path is refused, not made. `mode`: default 0o777 less the
 * umask. @throws NODE_FOLDER
 */
export async function makeFolder(path: string, mode?: number): Promise<void> {
  try {
    await mkdir(path, mode);
  } catch (cause) {
    if ((await stat(path).catch(() => undefined))?.isDirectory()) return;
    throw new NodeError('NODE_FOLDER', { place: path }, cause);
  }
}

/** Writes a home, in a folder that is there. @throws NODE_HOME_EXISTS where there is one, NODE_FOLDER */
export async function writeHome(home: string, made: NewHome): Promise<void> {
  const comet = cometHome(home);
  await makeFolder(home, 0o700);
  await writeNew(join(home, 'weft.json'), `${JSON.stringify(made.settings, null, 2)}\n`);
  for (const folder of [comet, join(comet, 'config'), join(comet, 'data')]) await makeFolder(folder);
  await writeFile(join(home, 'genesis.json'), formatGenesis(made.genesis));
  await writeCometSettings(home, made.comet);
  await writeFile(join(comet, 'config', 'genesis.json'), cometGenesis(made.genesis));
  const secret = { mode: 0o600 };
  await writeFile(
    join(comet, 'config', 'priv_validator_key.json'),
    validatorKeyFile(made.validatorSeed),
    secret,
  );
  await writeFile(join(comet, 'config', 'node_key.json'), nodeKeyFile(made.nodeSeed), secret);
  await writeFile(join(comet, 'data', 'priv_validator_state.json'), UNSIGNED_STATE, secret);
  const words = [...made.command, 'node', '--home', resolve(home)];
  await writeFile(join(home, 'start.sh'), `#!/bin/sh\nexec ${words.map(quoted).join(' ')}\n`);
  await chmod(join(home, 'start.sh'), 0o755);
  await writeFile(join(home, `weft-${made.settings.moniker}.service`), unit(made.settings.moniker, words));
}

/** `comet.json`, and the configuration of CometBFT that follows from it. */
export async function writeCometSettings(home: string, settings: CometSettings): Promise<void> {
  await writeFile(join(home, 'comet.json'), `${JSON.stringify(settings, null, 2)}\n`);
  await writeFile(join(cometHome(home), 'config', 'config.toml'), cometConfig(settings));
}

/** @throws NODE_HOME */
export async function readCometSettings(home: string): Promise<CometSettings> {
  try {
    return JSON.parse(await readFile(join(home, 'comet.json'), 'utf8')) as CometSettings;
  } catch (cause) {
    throw new NodeError('NODE_HOME', { place: join(home, 'comet.json') }, cause);
  }
}

/** @throws NODE_HOME */
export async function readHome(home: string): Promise<{ settings: HomeSettings; genesis: Genesis }> {
  try {
    const settings = JSON.parse(await readFile(join(home, 'weft.json'), 'utf8')) as HomeSettings;
    const genesis = parseGenesis(await readFile(join(home, 'genesis.json'), 'utf8'));
    return { settings, genesis };
  } catch (cause) {
    throw new NodeError('NODE_HOME', { place: home }, cause);
  }
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (cause) {
    throw new NodeError('NODE_HOME_EXISTS', { place: path }, cause);
  }
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Whatever ends, the runtime or CometBFT, both start again. */
function unit(moniker: string, words: readonly string[]): string {
  return [
    '[Unit]',
    `Description=Weft node ${moniker}`,
    'After=network-online.target',
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    `ExecStart=${words.map((word) => (/\s/.test(word) ? JSON.stringify(word) : word)).join(' ')}`,
    'Restart=always',
    'RestartSec=1',
    'KillMode=mixed',
    'TimeoutStopSec=30',
    'LimitNOFILE=65536',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');
}
