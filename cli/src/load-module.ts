// Runs a project's own TypeScript (`weft.config.ts`, `weft.deploy.ts`) and gives what it exports by default. Whoever
// calls this runs code of the folder: the command line says in its README when it does.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError } from './errors.js';

/** What project files may import of this package, wherever it is installed. */
const OWN = ['config', 'plan'];

/** The default export. @throws CLI_FILE when it cannot be read, CLI_SCRIPT when it fails */
export async function loadModule(path: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  const alias = Object.fromEntries(
    OWN.map((name) => [`weft/${name}`, fileURLToPath(new URL(`./${name}.js`, import.meta.url))]),
  );
  try {
    return await createJiti(import.meta.url, { alias }).import(resolve(path), { default: true });
  } catch (cause) {
    throw new CliError('CLI_SCRIPT', { place: path }, cause);
  }
}

/** The first of these files that a folder has. */
export async function findFile(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const path = resolve(folder, name);
    if ((await stat(path).catch(() => undefined))?.isFile()) return path;
  }
  return undefined;
}
