// Which executor a node runs blocks on, and who checks signatures beside it. Loaded when asked for: a tool that replays never loads the parallel one.
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { CodeCache } from '../ports/code-cache.js';
import type { BlockExecutor } from '../ports/execution.js';
import type { SignatureChecker } from '../ports/signatures.js';
import { buildTag } from './build-tag.js';

/** About 0.2 ms of work: a thread that sleeps is awake after a quarter of that. */
const GAS_PER_THREAD = 500_000;

/**
 * The oracle, or the parallel executor with `workers` threads (default: one a core) and compiled code kept in `codes`.
 * The oracle takes nothing from a cache: it is what others are checked against. @throws EXECUTE_WORKERS
 */
export async function createExecutor(
  config: { readonly executor?: 'parallel' | 'sequential'; readonly workers?: number },
  codes?: CodeCache,
): Promise<BlockExecutor> {
  if (config.executor === 'sequential') {
    const { createSequentialExecutor } = await import('../execute/sequential/executor.js');
    return createSequentialExecutor();
  }
  const { createParallelExecutor } = await import('../execute/parallel/executor.js');
  const workers = config.workers ?? availableParallelism();
  const engine = codes && buildTag();
  const hashSeed = randomInt(2 ** 32);
  const options = { workers, hashSeed, gasPerThread: GAS_PER_THREAD };
  if (codes === undefined || engine === undefined) return createParallelExecutor(options);
  const { compileThrough } = await import('../execute/cached-code.js');
  return createParallelExecutor({ ...options, compile: compileThrough(codes, { engine }) });
}

/** Threads that check signatures beside the executor's, as many; none beside the oracle. */
export async function createSignatures(config: {
  readonly executor?: 'parallel' | 'sequential';
  readonly workers?: number;
}): Promise<SignatureChecker | undefined> {
  if (config.executor === 'sequential') return undefined;
  const { createSignatureChecker } = await import('../execute/signatures/checker.js');
  return createSignatureChecker({ workers: config.workers ?? availableParallelism() });
}
