// Ready contracts by name.
import { fileURLToPath } from 'node:url';
import { type Artifact, compileContract } from '@weft/sdk/compiler/compile';

const compiled = new Map<string, Promise<Artifact>>();

/** The contract as it is built; once a process. */
export function readyArtifact(name: string): Promise<Artifact> {
  const known = compiled.get(name) ?? compileContract({ entry: readyContract(name) });
  compiled.set(name, known);
  return known;
}

/** The folder of a ready contract. */
export function readyContract(name: string): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url));
}
