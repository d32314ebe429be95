// From signed bytes to fsynced blocks: the signature stage on its threads beside bare libsodium, all the rest in processor
// time, and both together, the signatures of the next block beside the execution of this one.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { itemsOf } from '@weft/runtime/execute/signatures/check-wire';
import { decodeTransaction } from '@weft/runtime/types/transaction-codec';
import { processorMs, rounded, spreadOf } from '../../support/measure.js';
import type { TaskReport } from '../../support/tasks.js';
import { BareSodium } from './bare-sodium.js';
import { createTokenChain } from './token-chain.js';

type Row = TaskReport['rows'][number];

/** Sizes of one measurement. */
export interface EndToEndOptions {
  readonly accounts: number;
  readonly transactions: number;
  readonly runs: number;
  readonly workers: number;
  readonly seed: number;
}

/** Figures of one number of accounts. */
export interface EndToEnd {
  readonly usWithoutSignatures: number;
  readonly signatureOverSodium: number;
  readonly endToEndOverSignatures: number;
  readonly rows: Row[];
}

/** Blocks of transfers on a fresh chain in a temporary folder. */
export async function measureEndToEnd(options: EndToEndOptions): Promise<EndToEnd> {
  const { accounts, transactions, runs, workers, seed } = options;
  const folder = await mkdtemp(join(tmpdir(), 'weft-bench-'));
  const us = (ms: number): number => (1000 * ms) / transactions;
  const made = await createTokenChain(folder, accounts, workers, seed);
  try {
    const warm = made.transfers(transactions);
    const bare = new BareSodium(warm.map(decodeTransaction).flatMap(itemsOf), workers);
    const times = {
      sodium: [] as number[],
      stage: [] as number[],
      rest: [] as number[],
      both: [] as number[],
    };
    await made.checker.check(warm);
    await bare.run();
    await made.add(warm);
    for (let run = 0; run < runs; run++) {
      const wires = made.transfers(transactions);
      times.sodium.push(us(await bare.run()));
      const started = performance.now();
      await made.chain.checkSignatures(wires);
      times.stage.push(us(performance.now() - started));
      const before = processorMs();
      await made.add(wires);
      times.rest.push(us(processorMs() - before));
    }
    await bare.close();
    // The pipeline, timed over all its blocks but the first one's signatures.
    const blocks = Array.from({ length: runs + 1 }, () => made.transfers(transactions));
    await made.chain.checkSignatures(blocks[0]!);
    for (let index = 0; index < runs; index++) {
      const started = performance.now();
      await Promise.all([made.chain.checkSignatures(blocks[index + 1]!), made.add(blocks[index]!)]);
      times.both.push(us(performance.now() - started));
    }
    const spread = (form: string, values: readonly number[]): Row => {
      const { median, minimum, maximum } = spreadOf(values);
      return {
        pattern: `end to end, ${accounts} accounts`,
        form,
        median: rounded(median),
        minimum: rounded(minimum),
        maximum: rounded(maximum),
        runs,
      };
    };
    const median = (values: readonly number[]): number => spreadOf(values).median;
    return {
      usWithoutSignatures: rounded(median(times.rest)),
      signatureOverSodium: rounded(median(times.sodium) / median(times.stage)),
      endToEndOverSignatures: rounded(median(times.stage) / median(times.both)),
      rows: [
        spread(`bare sodium on ${workers} threads, wall`, times.sodium),
        spread(`signature stage on ${workers} threads, decoding included, wall`, times.stage),
        spread('all but signatures, processor time of all threads', times.rest),
        spread('signatures and blocks overlapping, wall', times.both),
        ...Object.entries(made.outcome().stats.stages ?? {}).map(([stage, ms]) => ({
          pattern: `end to end, ${accounts} accounts`,
          form: `stage ${stage} of the last block, wall`,
          median: rounded(us(ms)),
          runs: 1,
        })),
      ],
    };
  } finally {
    await made.close();
    await rm(folder, { recursive: true, force: true });
  }
}
