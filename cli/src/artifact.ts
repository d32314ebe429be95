// A built contract on disk, and an ABI wherever one is to be had.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { utf8 } from '@weft/runtime/base/bytes';
import { ABI_SECTION, type Abi, decodeAbi } from '@weft/runtime/types/abi';
import { customSection } from '@weft/runtime/wasm/code-hash';
import { ClientError } from '@weft/sdk/client/errors';
import type { NodeClient } from '@weft/sdk/client/node-client';
import { ARTIFACTS } from './commands/build.js';
import { CliError } from './errors.js';

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

/** The ABI a deployed contract carries. @throws CLIENT_NO_ABI */
export async function fetchAbi(node: NodeClient, address: string): Promise<Abi> {
  const contract = await node.contract(address);
  if (contract === undefined) throw new CliError('CLI_UNKNOWN_CONTRACT', { got: address });
  if (contract.abi === undefined) throw new ClientError('CLIENT_NO_ABI', { place: address });
  return decodeAbi(utf8(contract.abi));
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
