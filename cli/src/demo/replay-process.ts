// The second process of the demo: replays a data folder from genesis with the sequential oracle, signatures checked
// again, and never loads the parallel executor. One JSON line a block on stdout, then one with the end or the refusal.

import { toHex } from '@weft/runtime/base/bytes';
import { WeftError } from '@weft/runtime/base/errors';
import { replayChain } from '@weft/runtime/chain/replay';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { storePath } from '@weft/runtime/node/data-folder';
import { openLevelStore } from '@weft/runtime/store/level/level-store';

/** What the process writes, a line each. */
export type ReplayLine =
  | { readonly kind: 'block'; readonly height: number; readonly wallMs: number; readonly stateRoot: string }
  | { readonly kind: 'end'; readonly height: number; readonly hash: string; readonly stateRoot: string }
  | { readonly kind: 'refused'; readonly error: { readonly code: string; readonly message: string } };

async function replay(folder: string): Promise<void> {
  const store = await openLevelStore(storePath(folder));
  const executor = createSequentialExecutor();
  try {
    const report = await replayChain(store, executor, {
      onBlock: ({ height, wallMs, stateRoot }) =>
        say({ kind: 'block', height, wallMs, stateRoot: toHex(stateRoot) }),
    });
    say({ kind: 'end', height: report.height, hash: toHex(report.hash), stateRoot: toHex(report.stateRoot) });
  } finally {
    await executor.close();
    await store.close();
  }
}

function say(line: ReplayLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

try {
  await replay(process.argv[2] as string);
} catch (error) {
  const code = error instanceof WeftError ? error.code : 'CLI_UNEXPECTED';
  say({ kind: 'refused', error: { code, message: error instanceof Error ? error.message : String(error) } });
  process.exitCode = 1;
}
