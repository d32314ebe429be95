// A chain with many keys on disk is exported, imported elsewhere and continued there: the same blocks give the same roots.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesEqual, toHex } from '@weft/runtime/base/bytes';
import { createChain } from '@weft/runtime/chain/apply';
import { exportSnapshot } from '@weft/runtime/chain/snapshot/export-snapshot';
import { importSnapshot } from '@weft/runtime/chain/snapshot/import-snapshot';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { createSnapshotFolder, openSnapshotFolder } from '@weft/runtime/node/snapshot-folder';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import { createRealChain, fillReal } from '../../support/real-chain.js';

export interface SnapshotOptions {
  /** Keys of the state, at least 100. */
  readonly keys: number;
  readonly seed: number;
  readonly onStep?: (step: string) => void;
}
export interface SnapshotReport {
  readonly keys: number;
  readonly chunks: number;
  readonly bytes: number;
  /** Blocks executed after the import, each with the recorded hash. */
  readonly continued: number;
  readonly stateRoot: string;
  readonly exportMs: number;
  readonly importMs: number;
}

const BLOCKS = 6;
/** Flat state is at this height when the snapshot is taken. */
const AT = 3;

/** @throws Error where a block continued from the snapshot is another */
export async function runSnapshot({ keys, seed, onStep }: SnapshotOptions): Promise<SnapshotReport> {
  const root = mkdtempSync(join(tmpdir(), 'weft-snapshot-'));
  const executor = createSequentialExecutor();
  try {
    onStep?.('building the chain');
    const chain = await createRealChain({ seed, blocks: BLOCKS, transfers: 50, extraAccounts: keys });
    const source = await openLevelStore(join(root, 'source'));
    await fillReal(source, chain, BLOCKS);
    await source.flush(AT);
    onStep?.('exporting');
    const started = performance.now();
    const sink = await createSnapshotFolder(join(root, 'snapshot'));
    const manifest = await exportSnapshot(source, sink);
    const exported = performance.now();
    await source.close();
    onStep?.('importing');
    const target = await openLevelStore(join(root, 'target'));
    await importSnapshot(openSnapshotFolder(join(root, 'snapshot')), target);
    const imported = performance.now();
    onStep?.('continuing');
    const continued = await createChain({ store: target, executor });
    for (const { block, seal } of chain.records.slice(AT)) {
      const { height, time, proposer } = block.header;
      const made = await continued.finalize({ height, time, proposer }, block.transactions);
      if (!bytesEqual(made.hash, block.hash)) throw new Error(`seed ${seed}: block ${height} is another`);
      await continued.commit(seal);
    }
    const stateRoot = toHex(continued.opened!.state.root());
    await continued.close();
    await target.close();
    return {
      keys: manifest.keys,
      chunks: manifest.chunks.length,
      bytes: manifest.chunks.reduce((sum, { bytes }) => sum + bytes, 0),
      continued: BLOCKS - AT,
      stateRoot,
      exportMs: Math.round(exported - started),
      importMs: Math.round(imported - exported),
    };
  } finally {
    await executor.close();
    rmSync(root, { recursive: true, force: true });
  }
}
