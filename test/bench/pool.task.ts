// What a block costs beside a pool of many: choosing it and taking it out again, by the size of the pool. Blocks are of one
// size, so the figures should be too.
import { loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createChain } from '@weft/runtime/chain/apply';
import type { Chain } from '@weft/runtime/chain/chain';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { createMempool } from '@weft/runtime/mempool/pool';
import { developmentGenesis } from '@weft/runtime/node/development';
import type { Mempool } from '@weft/runtime/ports/mempool';
import { createMemoryStore } from '@weft/runtime/store/memory/memory-store';
import { asHash32 } from '@weft/runtime/types/address';
import { genesisHash } from '@weft/runtime/types/genesis-codec';
import { processorMs, rounded, spreadOf } from '../support/measure.js';
import type { Task } from '../support/tasks.js';
import { signerOf, submitRequest } from './rpc/requests.js';

/** Transfers a block holds. */
const BLOCK = 1_000;
const TRANSFER_GAS = 300_000;

interface Figures {
  /** Processor time of the process, ms a block. */
  readonly prepareMs: number[];
  readonly settleMs: number[];
  /** Longest wait for the event loop while a block was chosen, ms. */
  readonly stallMs: number[];
}

export const task: Task = {
  summary:
    'a block out of pools of different sizes: processor time to choose it and to take it out, longest stall',
  configure: (command) =>
    command
      .option('--sizes <counts>', 'pending transactions, a sender each', '5000,20000,60000')
      .option('--rounds <count>', 'blocks out of each pool', '4'),
  async run(options) {
    const sizes = String(options['sizes']).split(',').map(Number);
    const rounds = Number(options['rounds']);
    const accounts = Array.from({ length: Math.max(...sizes) + 1 }, (_, index) => signerOf(index));
    const genesis = developmentGenesis({ accounts, parameters: { blockGasMax: BLOCK * TRANSFER_GAS } });
    const hash = asHash32(genesisHash(genesis));
    const wires = accounts.slice(1).map((_, index) => submitRequest(hash, index).bytes);
    const executor = createSequentialExecutor();
    const rows = [];
    try {
      for (const size of sizes) {
        const pool = createMempool();
        const chain = await createChain({ store: createMemoryStore(), executor, pending: pool });
        await chain.initChain(genesis);
        for (const bytes of wires.slice(0, size)) pool.add(await chain.checkTransaction(bytes, false));
        pool.settle([], chain.stale(), chain.touched());
        const figures: Figures = { prepareMs: [], settleMs: [], stallMs: [] };
        // The first block warms up.
        for (let round = -1; round < rounds; round++)
          await seal(chain, pool, round < 0 ? undefined : figures);
        await chain.close();
        const median = (values: readonly number[]): number => rounded(spreadOf(values).median);
        const { prepareMs, settleMs, stallMs } = figures;
        rows.push({
          pending: size,
          prepareMs: median(prepareMs),
          settleMs: median(settleMs),
          stallMs: median(stallMs),
        });
        process.stderr.write(`${JSON.stringify(rows.at(-1))}\n`);
      }
    } finally {
      await executor.close();
    }
    const load = loadavg().map((value) => Number(value.toFixed(1)));
    return { block: BLOCK, rounds, node: process.version, loadavg: load, rows };
  },
};

async function seal(chain: Chain, pool: Mempool, figures: Figures | undefined): Promise<void> {
  const { height, time } = chain.info();
  const context = { height: height + 1, time, proposer: new Uint8Array(32) };
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const began = processorMs();
  const chosen = await chain.prepare(context, pool.inOrder(), 16 << 20);
  const prepareMs = processorMs() - began;
  // The monitor sees a stall once the loop turns again.
  await new Promise((resolve) => setTimeout(resolve, 2));
  delay.disable();
  if (chosen.length !== BLOCK) throw new Error(`a block of ${chosen.length}`);
  const { receipts } = await chain.finalize(context, chosen);
  await chain.commit(new Uint8Array(0));
  const before = processorMs();
  pool.settle(
    receipts.map(({ transaction }) => transaction),
    chain.stale(),
    chain.touched(),
  );
  figures?.settleMs.push(processorMs() - before);
  figures?.prepareMs.push(prepareMs);
  figures?.stallMs.push(delay.max / 1e6);
}
