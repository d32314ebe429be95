// Four validators on this machine under as much load as they take: signed transfers on Weft, and as many bytes on
// CometBFT's own kvstore, in turns.
import { cometBinary } from '../support/comet-binary.js';
import { rounded } from '../support/measure.js';
import type { Task, TaskReport } from '../support/tasks.js';
import { startContender } from './network/contenders.js';
import { type LoadResult, putLoad } from './network/load.js';

const KINDS = ['weft', 'kvstore'] as const;

export const task: Task = {
  summary: "transfers a second on four validators, beside CometBFT's own kvstore",
  configure: (command) =>
    command
      .option('--seconds <count>', 'of load on each, in all', '60')
      .option('--warm-up <seconds>', 'of load before each turn, not counted', '10')
      .option('--rounds <count>', 'turns among which they are divided', '2')
      .option('--validators <count>', 'of each network', '4')
      .option('--under-way <count>', 'transactions sent and not yet in a block', '2000')
      .option('--rate <count>', 'transactions signed ahead for each second', '4000'),
  async run(options): Promise<TaskReport> {
    const binary = cometBinary();
    if (binary === undefined) throw new Error('this benchmark needs CometBFT');
    const rounds = Number(options['rounds']);
    const seconds = Number(options['seconds']) / rounds;
    const underWay = Number(options['underWay']);
    const warmUp = Number(options['warmUp']);
    const rate = Number(options['rate']);
    const count = Math.ceil((seconds + warmUp) * rate) + underWay;
    const results: Record<(typeof KINDS)[number], LoadResult[]> = { weft: [], kvstore: [] };
    let bytes = 0;
    for (let round = 0; round < rounds; round++) {
      for (const kind of KINDS) {
        const contender = await startContender(kind, binary, Number(options['validators']));
        try {
          const transactions = contender.transactions(count);
          bytes = transactions[0]?.length ?? 0;
          const result = await putLoad({ nodes: contender.nodes, transactions, underWay, seconds, warmUp });
          results[kind].push(result);
          process.stderr.write(
            `${kind}: ${result.included} in ${rounded(result.seconds)} s, ${result.blocks} blocks\n`,
          );
        } finally {
          await contender.stop();
        }
      }
    }
    const [weft, kvstore] = [sum(results.weft), sum(results.kvstore)];
    return {
      workload: `${bytes} bytes a transaction, ${underWay} under way, ${options['validators']} validators, node ${process.version}`,
      transfersPerSecond: Math.round(weft.perSecond),
      kvstorePerSecond: Math.round(kvstore.perSecond),
      overKvstore: rounded(weft.perSecond / kvstore.perSecond),
      latencyRatio: rounded(weft.medianMs / kvstore.medianMs),
      medianMs: { weft: Math.round(weft.medianMs), kvstore: Math.round(kvstore.medianMs) },
      rows: KINDS.flatMap((kind) =>
        results[kind].map((one, round) => ({
          network: kind,
          round,
          perSecond: Math.round(one.included / one.seconds),
          medianMs: Math.round(median(one.latencies)),
          blocks: one.blocks,
          lost: one.lost,
        })),
      ),
    };
  },
};

function sum(results: readonly LoadResult[]): { readonly perSecond: number; readonly medianMs: number } {
  const included = results.reduce((total, one) => total + one.included, 0);
  const seconds = results.reduce((total, one) => total + one.seconds, 0);
  return { perSecond: included / seconds, medianMs: median(results.flatMap(({ latencies }) => latencies)) };
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
