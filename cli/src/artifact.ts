// A built contract on disk: found, or built now.
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ABI_SECTION, type Abi, decodeAbi } from '@weft/runtime/types/abi';
import { customSection } from '@weft/runtime/wasm/code-hash';
import { ClientError } from '@weft/sdk/client/errors';
import { CliError } from './errors.js';

/** Where artifacts go, beside the contract's source. */
export const ARTIFACTS = 'artifacts';

/** A module and the ABI it carries. */
export interface BuiltContract {
  readonly wasm: Uint8Array;
  readonly abi: Abi;
}

/** The module at a path: a .wasm file, or a contract folder that was built. @throws CLI_FILE, CLI_NO_ARTIFACT, CLIENT_NO_ABI */
export async function readArtifact(path: string): Promise<BuiltContract> {
  const wasm = await readFile(await findModule(resolve(path))).catch((cause: unknown) => {
    if (cause instanceof CliError) throw cause;
    throw new CliError('CLI_FILE', { place: path }, cause);
  });
  const section = customSection(wasm, ABI_SECTION);
  if (section === undefined) throw new ClientError('CLIENT_NO_ABI', { place: path });
  return { wasm, abi: decodeAbi(section) };
}

/**
 * Builds a contract folder into its artifacts; a `.wasm` file, and a folder with artifacts and no source, are taken as they
 * are. @throws as `readArtifact`, COMPILE_*
 */
export async function buildArtifact(path: string): Promise<BuiltContract> {
  if (path.endsWith('.wasm')) return readArtifact(path);
  const { compileContract, findEntry } = await import('@weft/sdk/compiler/compile');
  const entry = resolve(path);
  const source = await findEntry(entry).catch(() => undefined);
  if (source === undefined) return readArtifact(path);
  const folder = entry.endsWith('.ts') ? dirname(entry) : entry;
  const { wasm, abi } = await compileContract({ entry, outDir: join(folder, ARTIFACTS), lock: 'write' });
  return { wasm, abi };
}

async function findModule(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return path;
  if (!found?.isDirectory())
    throw new CliError('CLI_FILE', { expected: 'a .wasm file or a contract folder', place: path });
  for (const folder of [join(path, ARTIFACTS), path]) {
    const modules = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.wasm'));
    const [only, second] = modules;
    if (second !== undefined)
      throw new CliError('CLI_FILE', { expected: 'one .wasm file', got: modules, place: folder });
    if (only !== undefined) return join(folder, only);
  }
  throw new CliError('CLI_NO_ARTIFACT', { expected: `${ARTIFACTS}/*.wasm`, place: path });
}
