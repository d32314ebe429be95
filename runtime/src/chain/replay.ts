// Replay: every recorded block executed again from genesis, signatures checked again, each header compared field by
// field. It knows executors by their port only, so the oracle can judge what parallel workers made.
import { bytesEqual, toHex } from '../base/bytes.js';
import type { BlockExecutor } from '../ports/execution.js';
import type { Store } from '../ports/store.js';
import { createChainState } from '../state/chain-state.js';
import type { BlockRecord, Header } from '../types/block.js';
import type { Genesis } from '../types/genesis.js';
import { decodeGenesis } from '../types/genesis-codec.js';
import { buildBlock, buildInput, readCommitments } from './build.js';
import { ReplayError } from './errors.js';
import { createExpiringNonces } from './expiring-nonces.js';
import { genesisEntries, genesisHead } from './genesis.js';
import type { Head } from './head.js';

export interface ReplayOptions {
  /** Whether a block's seal is its validators'; default: seals are not looked at. */
  readonly isSealed?: (genesis: Genesis, headerHash: Uint8Array, seal: Uint8Array) => boolean;
  /** Called after each block. */
  readonly onBlock?: (block: ReplayedBlock) => void;
  /** Last height to replay; default: the newest. */
  readonly to?: number;
}

export interface ReplayedBlock {
  readonly height: number;
  readonly transactions: number;
  readonly criticalPathGas: number;
  readonly stateRoot: Uint8Array;
  /** Milliseconds the executor says it took. */
  readonly wallMs: number;
}

export interface ReplayReport {
  readonly height: number;
  /** Of all blocks. */
  readonly transactions: number;
  /** Hash and state root of the newest block. */
  readonly hash: Uint8Array;
  readonly stateRoot: Uint8Array;
  /** Sum over the blocks. */
  readonly wallMs: number;
}

/**
 * Replays a store's chain. The store and the executor stay open.
 * @throws REPLAY_NO_GENESIS, REPLAY_HEADER_MISMATCH, REPLAY_SEAL, and what store and executor throw
 */
export async function replayChain(
  store: Store,
  executor: BlockExecutor,
  options: ReplayOptions = {},
): Promise<ReplayReport> {
  const bytes = await store.genesis();
  if (bytes === undefined) throw new ReplayError('REPLAY_NO_GENESIS');
  const genesis = decodeGenesis(bytes);
  const state = createChainState(0, genesisEntries(genesis));
  const expiring = createExpiringNonces();
  let head = genesisHead(genesis, state.root());
  let transactions = 0;
  let wallMs = 0;
  for await (const record of store.records(1, options.to ?? (await store.head()))) {
    const { header } = record.block;
    const context = { height: head.header.height + 1, time: header.time, proposer: header.proposer };
    const input = buildInput(
      head,
      context,
      record.block.transactions,
      expiring.at(context.height),
      'finalize',
    );
    const outcome = await executor.execute(input, state.read);
    const staged = state.stage(outcome.stateDiff);
    const block = buildBlock(
      head,
      context,
      input.transactions,
      outcome,
      staged.root,
      readCommitments(state.read),
    );
    assertSame(record, block.header, block.hash);
    assertSeal(genesis, record, options);
    staged.commit();
    expiring.apply(outcome.stateDiff);
    head = { header: block.header, hash: block.hash } satisfies Head;
    transactions += input.transactions.length;
    wallMs += outcome.stats.wallMs;
    options.onBlock?.({
      height: context.height,
      transactions: input.transactions.length,
      criticalPathGas: outcome.criticalPathGas,
      stateRoot: staged.root,
      wallMs: outcome.stats.wallMs,
    });
  }
  return {
    height: head.header.height,
    transactions,
    hash: head.hash,
    stateRoot: head.header.stateRoot,
    wallMs,
  };
}

/** @throws REPLAY_HEADER_MISMATCH naming the first field that differs */
function assertSame({ block }: BlockRecord, header: Header, hash: Uint8Array): void {
  for (const name of Object.keys(header) as (keyof Header)[]) {
    const [expected, got] = [fieldText(block.header[name]), fieldText(header[name])];
    if (expected === got) continue;
    throw new ReplayError('REPLAY_HEADER_MISMATCH', {
      expected,
      got,
      place: `${name} at height ${header.height}`,
    });
  }
  if (bytesEqual(block.hash, hash)) return;
  const place = `hash at height ${header.height}`;
  throw new ReplayError('REPLAY_HEADER_MISMATCH', { expected: toHex(block.hash), got: toHex(hash), place });
}

function assertSeal(genesis: Genesis, { block, seal }: BlockRecord, options: ReplayOptions): void {
  if (options.isSealed === undefined || options.isSealed(genesis, block.hash, seal)) return;
  throw new ReplayError('REPLAY_SEAL', {
    got: `${seal.length} bytes`,
    place: `height ${block.header.height}`,
  });
}

function fieldText(value: number | Uint8Array): string {
  return typeof value === 'number' ? String(value) : toHex(value);
}
