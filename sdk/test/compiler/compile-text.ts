// Compiles a contract given as text, in a folder of its own.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { WeftError } from '@weft/runtime/base/errors';
import { type Artifact, compileContract } from '@weft/sdk/compiler/compile';

const IMPORTS = [
  'Accumulator, AccumulatorMap, AccumulatorMap2, Address, Hash, List, Map, Map2, Map3, Value, i128, u128, u256',
  'balanceOf, balancePast, caller, emit, ensure, hashOf, hashOf2, height, log, require, revert, self, sender, time',
  'transfer, tryTransfer, value, callPayload, fromBytes, toBytes, sha256',
  'blake3, isLowS, keccak256, mulDiv, mulDivUp, p256Verify, recoverEthereum, secp256k1Recover, secp256k1Verify',
].join(', ');

/** The source with the library imported on line 1; `files`: further files by name. */
export async function compileText(
  source: string,
  files: Readonly<Record<string, string>> = {},
): Promise<Artifact> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'weft-compile-'));
  try {
    await writeFile(
      path.join(folder, 'contract.ts'),
      `import { ${IMPORTS} } from '@weft/sdk/assembly';\n${source}`,
    );
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
    return await compileContract({ entry: folder });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The access lines of one method. */
export function accessOf(artifact: Artifact, method: string): readonly string[] {
  return artifact.abi.methods.find((one) => one.name === method)?.access ?? [];
}

/** The refusal of a source: code, and place as line:column of the file. */
export async function refusalOf(
  source: string,
  files: Readonly<Record<string, string>> = {},
): Promise<{ code: string; place: string; error: WeftError }> {
  try {
    await compileText(source, files);
  } catch (error) {
    if (!(error instanceof WeftError)) throw error;
    return { code: error.code, place: error.context.place ?? '', error };
  }
  return { code: 'NONE', place: '', error: new WeftError('NONE', {}, { what: 'it compiles' }) };
}
