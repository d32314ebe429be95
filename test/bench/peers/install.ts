// Peers come from the package registry into a temporary folder each, never into ours: nothing of them is a dependency.
import { spawn } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PeerAnswer } from './rows.js';

export interface Peer {
  readonly name: string;
  /** As npm takes them: exact versions. */
  readonly packages: readonly string[];
  /** Of `children/`. */
  readonly script: string;
}

const EDR = '0.22.0';
/** EDR's binary for this machine; npm leaves it out where the engines field asks for a newer Node than runs it. */
const EDR_BINARY: Readonly<Record<string, string>> = {
  linux: `@nomicfoundation/edr-linux-${process.arch}-gnu@${EDR}`,
  darwin: `@nomicfoundation/edr-darwin-${process.arch}@${EDR}`,
  win32: `@nomicfoundation/edr-win32-x64-msvc@${EDR}`,
};

export const PEERS: readonly Peer[] = [
  { name: 'litesvm', packages: ['litesvm@1.5.0'], script: 'litesvm.mjs' },
  { name: '@ethereumjs/vm', packages: ['@ethereumjs/vm@10.1.3'], script: 'ethereumjs-vm.mjs' },
  {
    name: '@nomicfoundation/edr',
    packages: [`@nomicfoundation/edr@${EDR}`, EDR_BINARY[process.platform] ?? ''],
    script: 'edr.mjs',
  },
  { name: '@oraichain/cw-simulate', packages: ['@oraichain/cw-simulate@2.8.108'], script: 'cw-simulate.mjs' },
];

const INSTALL_MS = 300_000;
const RUN_MS = 600_000;

/** Installs a peer under `folder`. No install scripts run. @throws Error saying what npm said last */
export async function installPeer({ name, packages, script }: Peer, folder: string): Promise<string> {
  const home = join(folder, name.replace(/[@/]/g, '-').replace(/^-/, ''));
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'package.json'), JSON.stringify({ name: 'peer', private: true }));
  const flags = ['--force', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  const wanted = packages.filter((one) => one !== '');
  await run('npm', ['install', ...flags, ...wanted], home, INSTALL_MS);
  const file = fileURLToPath(new URL(`./children/${script}`, import.meta.url));
  await copyFile(file, join(home, basename(file)));
  return home;
}

/** Runs an installed peer over a workload file. @throws Error saying what its process said last */
export async function runPeer({ script }: Peer, home: string, workload: string): Promise<PeerAnswer> {
  const out = await run(process.execPath, [join(home, script), workload], home, RUN_MS);
  return JSON.parse(out.trim().split('\n').at(-1) ?? '') as PeerAnswer;
}

/** Standard output of a process that ends well. */
async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  timeoutMs: number,
): Promise<string> {
  // A child of `npm run` inherits its settings, prefix and workspace among them: a peer's npm starts afresh.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([key]) => !/^npm_(config_local_prefix|lifecycle|package|command)/.test(key),
    ),
  );
  const child = spawn(command, args, { cwd, env, timeout: timeoutMs, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let log = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (log = (log + chunk).slice(-2_000)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return out;
  throw new Error(
    `${basename(command)} ended with ${code ?? 'a signal'}: ${log.trim().split('\n').slice(-3).join(' | ')}`,
  );
}
