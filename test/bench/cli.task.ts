// The command line's times as a person feels them: from `weft node` to a block; a whole `weft call` and `weft send` against a
// node on this machine, and `weft --help`. Beside each stands a bare `node -e 0`, the part that is not ours.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDevelopmentClient } from '@weft/sdk/client/development-client';
import { httpTransport } from '@weft/sdk/client/transport';
import { accountsFromMnemonic, DEVELOPMENT_MNEMONIC } from '@weft/sdk/client/wallet';
import { compileContract } from '@weft/sdk/compiler/compile';
import { type Spread, spreadOf } from '../support/measure.js';
import { ROOT } from '../support/source-tree.js';
import type { Task, TaskReport } from '../support/tasks.js';
import { startWeftNode, weft } from '../support/weft-process.js';

export const task: Task = {
  summary: 'start of weft node to its first block; a whole weft call, send and --help',
  configure: (command) => command.option('--runs <count>', 'counted runs; kinds take turns', '9'),
  async run(options): Promise<TaskReport> {
    const runs = Number(options['runs']);
    const folder = await mkdtemp(join(tmpdir(), 'weft-bench-cli-'));
    const env = { WEFT_HOME: folder };
    const entry = join(ROOT, 'contracts/token/token.ts');
    await compileContract({ entry, outDir: join(folder, 'artifacts') });
    const node = await startWeftNode([], { cwd: folder, env });
    try {
      const onNode = { cwd: folder, env: { ...env, WEFT_RPC_URL: node.url } };
      await succeed(
        ['deploy', folder, '--', '--name', 'Gold', '--symbol', 'G', '--decimals', '2', '--supply', '1000000'],
        onNode,
      );
      const times: Record<'firstBlock' | 'call' | 'send' | 'help' | 'bare', number[]> = {
        firstBlock: [],
        call: [],
        send: [],
        help: [],
        bare: [],
      };
      const callCpu: number[] = [];
      for (let run = 0; run <= runs; run++) {
        const measured = {
          firstBlock: await firstBlockMs(folder, env),
          call: await timed(() => succeed(['call', 'token', 'totalSupply'], onNode), callCpu),
          send: await timed(() => succeed(SEND, onNode)),
          help: await timed(() => succeed(['--help'], onNode)),
          bare: await timed(async () => spawnSync(process.execPath, ['-e', '0'])),
        };
        // The first of each warms the file cache.
        if (run > 0)
          for (const [kind, ms] of Object.entries(measured)) times[kind as keyof typeof times].push(ms);
      }
      const spreads = Object.entries(times).map(([kind, values]) => [kind, spreadOf(values)] as const);
      return {
        unit: 'milliseconds of wall time, the whole process',
        workload: `a node in memory, one block on request; token.totalSupply and a transfer of a deployed token; node ${process.version}`,
        firstBlockMs: of(spreads, 'firstBlock'),
        callMs: of(spreads, 'call'),
        callProcessorMs: Number.isNaN(callCpu[0]) ? null : rounded(spreadOf(callCpu).median),
        sendMs: of(spreads, 'send'),
        helpMs: of(spreads, 'help'),
        bareMs: of(spreads, 'bare'),
        rows: spreads.map(([kind, { median, minimum, maximum }]) => ({
          kind,
          median: rounded(median),
          minimum: rounded(minimum),
          maximum: rounded(maximum),
        })),
      };
    } finally {
      await node.stop();
      await rm(folder, { recursive: true });
    }
  },
};

const RECEIVER = accountsFromMnemonic(DEVELOPMENT_MNEMONIC, 1, 1)[0]?.text ?? '';
/** Signed by account 0, simulated first, included in a block of its own. */
const SEND = ['send', 'token', 'transfer', '--to', RECEIVER, '--amount', '1'];

/** From the start of the process to the answer that a block was made. */
async function firstBlockMs(cwd: string, env: Record<string, string>): Promise<number> {
  const started = performance.now();
  const node = await startWeftNode([], { cwd, env });
  const { height } = await createDevelopmentClient(httpTransport(node.url)).seal();
  const ms = performance.now() - started;
  await node.stop();
  if (height !== 1) throw new Error(`the first block has height ${height}`);
  return ms;
}

async function succeed(args: readonly string[], options: Parameters<typeof weft>[1]): Promise<void> {
  const { code, log } = await weft(args, options);
  if (code !== 0) throw new Error(`weft ${args.join(' ')}: ${log}`);
}

/** `processor`: takes the processor time of the ended processes too, which a busy machine changes less. */
async function timed(work: () => Promise<unknown>, processor?: number[]): Promise<number> {
  const [started, used] = [performance.now(), childrenMs()];
  await work();
  const ms = performance.now() - started;
  processor?.push(childrenMs() - used);
  return ms;
}

const TICK_MS = 10;

/** Processor time of child processes that ended, ms, in steps of 10; NaN where the system does not say (proc(5)). */
function childrenMs(): number {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[13]) + Number(fields[14])) * TICK_MS;
  } catch {
    return Number.NaN;
  }
}

const rounded = (ms: number): number => Math.round(ms);
const of = (spreads: readonly (readonly [string, Spread])[], kind: string): number =>
  rounded(spreads.find(([name]) => name === kind)?.[1].median ?? Number.NaN);
