// A contract for a test: from source, or from what `weft build` wrote.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Abi } from '@weft/runtime/types/abi';
import type { TestArtifact } from './test-chain.js';

/**
 * The module and source map in an artifacts folder, with the typed ABI of `NAME.abi.ts` beside them.
 * `weft test --coverage` puts its own builds in their place. `folder`: a path, or a file URL such as `new URL('../artifacts/', import.meta.url)`.
 */
export async function loadArtifact<const A extends Abi>(
  abi: A,
  folder: string | URL,
): Promise<Required<TestArtifact<A>>> {
  const counted = process.env['WEFT_COVERAGE_ARTIFACTS'];
  const path = counted ?? (typeof folder === 'string' ? folder : fileURLToPath(folder));
  const file = `${path.replace(/\/$/, '')}/${abi.name}`;
  const [wasm, sourceMap] = await Promise.all([
    readFile(`${file}.wasm`),
    readFile(`${file}.wasm.map`, 'utf8'),
  ]);
  return { abi, wasm: new Uint8Array(wasm), sourceMap };
}
