// A contract compiled by a process of its own: the compiler leaves a quarter of a gigabyte behind, which every full collection
// in a process that is measured would mark.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Artifact } from '@weft/sdk/compiler/compile';

const PROCESS = fileURLToPath(new URL('./compile-apart.mjs', import.meta.url));

/** As `compileContract` of a folder. */
export async function compileApart(entry: string): Promise<Artifact> {
  const child = fork(PROCESS, [entry], { serialization: 'advanced', execArgv: [] });
  const [artifact] = await Promise.race([
    once(child, 'message') as Promise<[Artifact]>,
    once(child, 'exit').then(([code]) => {
      throw new RangeError(`the compiler of ${entry} ended with ${code}`);
    }),
  ]);
  return artifact;
}
