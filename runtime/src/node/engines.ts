// Which consensus engine stands behind the port: the embedded one, or the one a configuration names by its module.
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createSealEngine, type SealEngine, type SealOptions } from '../consensus/seal/engine.js';
import type { ConsensusEngine, EngineModule } from '../ports/consensus.js';
import { NodeError } from './errors.js';

/** An engine by configuration alone. */
export interface EngineChoice {
  /** `comet`, a package name, or the path of a file; its module exports `createEngine` (ports/consensus.ts). */
  readonly module: string;
  /** Handed to `createEngine` as they are. */
  readonly options?: unknown;
}

/** Engines that come with the runtime, by name; loaded when asked for. */
const BUILT_IN: Readonly<Record<string, () => Promise<EngineModule>>> = {
  comet: () => import('../consensus/comet/engine.js'),
};

/** The engine, not started; default: seal. @throws NODE_ENGINE, and what its module throws */
export async function createEngine(
  choice: EngineChoice | undefined,
  seal: SealOptions | undefined,
): Promise<ConsensusEngine> {
  if (choice === undefined) return createSealEngine(seal ?? { trigger: { kind: 'instant' } });
  const load = BUILT_IN[choice.module] ?? (() => importModule(choice.module));
  const loaded = await load();
  if (typeof loaded.createEngine !== 'function')
    throw new NodeError('NODE_ENGINE', { expected: 'an export createEngine', place: choice.module });
  return loaded.createEngine(choice.options);
}

/** Whether an engine seals on request, as development chains want it. */
export function isSealEngine(engine: ConsensusEngine): engine is SealEngine {
  return 'seal' in engine;
}

/** Paths and package names count from the working directory. */
async function importModule(name: string): Promise<EngineModule> {
  try {
    return (await import(pathToFileURL(locate(name)).href)) as EngineModule;
  } catch (cause) {
    throw new NodeError('NODE_ENGINE', { expected: 'a module that can be loaded', place: name }, cause);
  }
}

function locate(name: string): string {
  if (isAbsolute(name) || name.startsWith('.')) return resolve(name);
  return createRequire(join(process.cwd(), 'package.json')).resolve(name);
}
