// The Weft packages as tarballs, made from where this command itself runs: no registry needs to hold them.
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError } from '../errors.js';
import { runCommand } from './run-command.js';

const NAMES = ['@weft/runtime', '@weft/sdk', '@weft/contracts'] as const;

/** Writes vendor/*.tgz; file names by package name. @throws CLI_NPM */
export async function packPackages(folder: string): Promise<Readonly<Record<string, string>>> {
  const vendor = join(folder, 'vendor');
  await mkdir(vendor, { recursive: true });
  const own = fileURLToPath(new URL('../..', import.meta.url));
  const folders = NAMES.map((name) => dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`))));
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', vendor, ...folders, own];
  const { stdout } = await runCommand('npm', args, folder);
  let packed: readonly { readonly name: string; readonly filename: string }[];
  try {
    const parsed: unknown = JSON.parse(stdout);
    packed = (Array.isArray(parsed) ? parsed : Object.values(parsed as object)) as typeof packed;
  } catch (cause) {
    throw new CliError('CLI_NPM', { expected: 'JSON', got: stdout.slice(0, 200), place: 'npm pack' }, cause);
  }
  return Object.fromEntries(packed.map(({ name, filename }) => [name, filename.replace(/^.*\//, '')]));
}

/** Installs what package.json names and writes its lock. @throws CLI_NPM */
export async function installPackages(folder: string): Promise<void> {
  await runCommand('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], folder);
}
