// Writes the typed ABI of every ready contract, CONTRACT/client/CONTRACT.abi.ts, and its storage lock. Run after a build.
import { readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compileContract } from '@weft/sdk/compiler/compile';

const FOLDER = fileURLToPath(new URL('../', import.meta.url));

for (const name of readyContracts()) {
  const { abiTs } = await compileContract({ entry: `${FOLDER}${name}`, lock: 'write' });
  await mkdir(`${FOLDER}${name}/client`, { recursive: true });
  await writeFile(`${FOLDER}${name}/client/${name}.abi.ts`, abiTs);
}

/** Folders that hold a contract of their own name. */
function readyContracts() {
  return readdirSync(FOLDER, { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && readdirSync(`${FOLDER}${entry.name}`).includes(`${entry.name}.ts`),
    )
    .map(({ name }) => name);
}
