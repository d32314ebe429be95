// Four validators on this machine under as much load as they take: signed transfers on Weft, and as many bytes on
// CometBFT's own kvstore, in turns. On a machine with fewer cores than they have processes, what each transaction costs
// of a processor decides; so it is told beside the speed, with what its signature costs every validator.
import { ed25519PublicKey, ed25519Sign, ed25519VerifyStrict } from '@weft/runtime/base/signature';
import { cometBinary } from '../support/comet-binary.js';
import { processorMs, rounded } from '../support/measure.js';
import type { Task, TaskReport } from '../support/tasks.js';
import { startContender } from './network/contenders.js';
import { type LoadResult, putLoad } from './network/load.js';

/** The kvstore first: it tells how many transfers are signed ahead. */
const KINDS = ['kvstore', 'weft'] as const;
type Kind = (typeof KINDS)[number];

interface Settings {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUp: number;
  readonly validators: number;
  readonly underWay: number;
}

export const task: Task = {
  summary: "transfers a second on four validators, beside CometBFT's own kvstore",
  configure: (command) =>
    command
      .option('--seconds <count>', 'of load on each, in all', '60')
      .option('--warm-up <seconds>', 'of load before each turn, not counted', '10')
      .option('--rounds <count>', 'turns among which they are divided', '2')
      .option('--validators <count>', 'of each network', '4')
      .option('--under-way <count>', 'transactions sent and not yet in a block', '2000')
      .option('--only <network>', 'weft or kvstore alone, for looking at one of them'),
  async run(options): Promise<TaskReport> {
    const binary = cometBinary();
    if (binary === undefined) throw new Error('this benchmark needs CometBFT');
    const settings = settingsOf(options);
    const kinds = KINDS.filter((kind) => [undefined, kind].includes(options['only'] as Kind | undefined));
    const results: Record<Kind, LoadResult[]> = { weft: [], kvstore: [] };
    let bytes = 0;
    for (let round = 0; round < settings.rounds; round++) {
      for (const kind of kinds) {
        const { result, length } = await turn(kind, binary, settings, results.kvstore[round]);
        results[kind].push(result);
        bytes = length;
      }
    }
    const { underWay, validators } = settings;
    return {
      workload: `${bytes} bytes a transaction, ${underWay} under way, ${validators} validators, node ${process.version}`,
      ...(kinds.length === 2 ? comparison(sum(results.weft), sum(results.kvstore), validators) : {}),
      rows: kinds.flatMap((kind) => results[kind].map((one, round) => rowOf(kind, one, round))),
    };
  },
};

function settingsOf(options: Readonly<Record<string, unknown>>): Settings {
  const rounds = Number(options['rounds']);
  return {
    rounds,
    seconds: Number(options['seconds']) / rounds,
    warmUp: Number(options['warmUp']),
    validators: Number(options['validators']),
    underWay: Number(options['underWay']),
  };
}

/** One network, started, loaded and stopped. */
async function turn(
  kind: Kind,
  binary: string,
  { validators, underWay, seconds, warmUp }: Settings,
  before: LoadResult | undefined,
): Promise<{ readonly result: LoadResult; readonly length: number }> {
  const contender = await startContender(kind, binary, validators);
  try {
    const perSecond = before === undefined ? 0 : before.included / before.seconds;
    const ahead = Math.ceil((warmUp + seconds) * perSecond) + underWay;
    const transactions = contender.transactions(ahead);
    const { nodes, processes } = contender;
    const result = await putLoad({ nodes, processes, transactions, underWay, seconds, warmUp });
    process.stderr.write(
      `${kind}: ${result.included} in ${rounded(result.seconds)} s, ${result.blocks} blocks\n`,
    );
    return { result, length: transactions.length };
  } finally {
    await contender.stop();
  }
}

interface Sum {
  readonly perSecond: number;
  readonly medianMs: number;
  /** Processor time of a transaction, us: of all processes of the network and the load on it. */
  readonly processorUs: number;
}

function sum(results: readonly LoadResult[]): Sum {
  const total = (of: (one: LoadResult) => number) => results.reduce((all, one) => all + of(one), 0);
  const included = total((one) => one.included);
  const processor = total(({ processor: { comet, runtime, load } }) => comet + runtime + load);
  return {
    perSecond: included / total((one) => one.seconds),
    medianMs: median(results.flatMap(({ latencies }) => latencies)),
    processorUs: (1000 * processor) / included,
  };
}

/** `bestOverKvstore`: what would be left if a transfer cost what a pair does and its signature at each validator. */
function comparison(weft: Sum, kvstore: Sum, validators: number): Readonly<Record<string, unknown>> {
  const signatureUs = verifyUs();
  const least = kvstore.processorUs + validators * signatureUs;
  return {
    transfersPerSecond: Math.round(weft.perSecond),
    kvstorePerSecond: Math.round(kvstore.perSecond),
    overKvstore: rounded(weft.perSecond / kvstore.perSecond),
    latencyRatio: rounded(weft.medianMs / kvstore.medianMs),
    medianMs: { weft: Math.round(weft.medianMs), kvstore: Math.round(kvstore.medianMs) },
    processorUs: { weft: Math.round(weft.processorUs), kvstore: Math.round(kvstore.processorUs) },
    signatureUs: rounded(signatureUs),
    bestOverKvstore: rounded(kvstore.processorUs / least),
  };
}

function rowOf(network: Kind, one: LoadResult, round: number): Readonly<Record<string, string | number>> {
  const each = (ms: number) => Math.round((1000 * ms) / one.included);
  return {
    network,
    round,
    perSecond: Math.round(one.included / one.seconds),
    medianMs: Math.round(median(one.latencies)),
    blocks: one.blocks,
    lost: one.lost,
    cometUs: each(one.processor.comet),
    runtimeUs: each(one.processor.runtime),
    loadUs: each(one.processor.load),
  };
}

/** Processor time of checking one signature of a transfer's length. */
function verifyUs(): number {
  const checks = 5000;
  const seed = new Uint8Array(32).fill(7);
  const key = ed25519PublicKey(seed);
  const message = new Uint8Array(200).fill(3);
  const signature = ed25519Sign(seed, message);
  const before = processorMs();
  for (let index = 0; index < checks; index++) {
    if (!ed25519VerifyStrict(signature, message, key)) throw new Error('an honest signature was refused');
  }
  return (1000 * (processorMs() - before)) / checks;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
