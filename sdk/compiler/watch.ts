// Builds again whenever a source of the contract changes. Builds never overlap; changes during one lead to one more.
import { watch } from 'node:fs';
import path from 'node:path';
import { type Artifact, type CompileOptions, compileContract, findEntry } from './compile.js';

/** What a build came to. */
export type Built = { readonly artifact: Artifact; readonly millis: number } | { readonly error: unknown };

export interface Watching {
  /** Stops; resolves when the build at work has ended. */
  close(): Promise<void>;
}

/** Editors write a file in several steps. */
const SETTLE_MILLIS = 30;

/** Builds now, and after every change of a `.ts` file in the contract's folder. @throws COMPILE_ENTRY */
export async function watchContract(
  options: CompileOptions,
  report: (built: Built) => void,
): Promise<Watching> {
  const folder = path.dirname(await findEntry(options.entry));
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  const build = async (): Promise<void> => {
    const start = performance.now();
    try {
      const artifact = await compileContract(options);
      report({ artifact, millis: performance.now() - start });
    } catch (error) {
      report({ error });
    }
  };
  const run = (): void => {
    if (running) {
      again = true;
      return;
    }
    running = build().finally(() => {
      running = undefined;
      if (!again) return;
      again = false;
      run();
    });
  };
  const watcher = watch(folder, (_event, name) => {
    if (name !== null && !name.endsWith('.ts')) return;
    clearTimeout(timer);
    timer = setTimeout(run, SETTLE_MILLIS);
  });
  run();
  return {
    close: async () => {
      watcher.close();
      clearTimeout(timer);
      again = false;
      await running;
    },
  };
}
