// A process of its own, so that it can be started under other compilers' flags: runs the hostile blocks on the oracle
// and on 1, 2, 4 and 8 workers and prints what came out as JSON.
import { createHash } from 'node:crypto';
import { toHex } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import { createParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import type { BlockExecutor } from '@weft/runtime/ports/execution';
import type { BlockOutcome } from '@weft/runtime/types/outcome';
import { decodeTransaction } from '@weft/runtime/types/transaction-codec';
import { buildScriptContract } from '../../fixtures/script-contract.js';
import { addressOf, blockOf, World } from '../../fixtures/world.js';
import { sceneOf } from './case.js';
import { CASES } from './cases.js';
import { addColdContracts, coldTransactions } from './cold-contracts.js';
import { hostileContract, hostileSelector } from './methods.js';
import { POINTER_CASES, pointerContract, pointerSelector } from './pointers.js';

/** How one transaction ended. */
export interface End {
  readonly status: string;
  readonly phase: string;
  readonly gasLimit: number;
  readonly gasUsed: number;
  readonly failure: number | undefined;
  /** Hexadecimal. */
  readonly results: readonly string[];
}

/** One block. */
export interface BlockReport {
  readonly name: string;
  /** By executor: a hash of everything that came out, `stats` apart. */
  readonly digests: Readonly<Record<string, string>>;
  /** Milliseconds by executor. */
  readonly millis: Readonly<Record<string, number>>;
  /** Of the oracle. */
  readonly ends: readonly End[];
}

/** What the process prints. */
export interface Report {
  readonly blocks: readonly BlockReport[];
  /** The deepest recursion that ends well, by method. */
  readonly deepest: Readonly<Record<string, number>>;
}

interface Block {
  readonly name: string;
  readonly world: World;
  readonly transactions: readonly Uint8Array[];
  readonly gasLimits: readonly number[];
}

const WORKERS = [1, 2, 4, 8];
const COLD_GAS = 1_000_000;

const oracle = createSequentialExecutor();
const executors: readonly (readonly [string, BlockExecutor])[] = [
  ['oracle', oracle],
  ...WORKERS.map((workers) => [`${workers} workers`, createParallelExecutor({ workers })] as const),
];
const blocks: BlockReport[] = [];
for (const block of await makeBlocks()) blocks.push(await runBlock(block));
const report: Report = { blocks, deepest: { narrow: await deepest('narrow'), wide: await deepest('wide') } };
for (const [, executor] of executors) await executor.close();
process.stdout.write(JSON.stringify(report));

async function runBlock({ name, world, transactions, gasLimits }: Block): Promise<BlockReport> {
  const digests: Record<string, string> = {};
  const millis: Record<string, number> = {};
  let ends: End[] = [];
  for (const [executor, one] of executors) {
    const started = performance.now();
    const outcome = await one.execute(blockOf(transactions), world.read);
    millis[executor] = Math.round(performance.now() - started);
    digests[executor] = digestOf(outcome);
    if (executor === 'oracle') ends = endsOf(outcome, gasLimits);
  }
  return { name, digests, millis, ends };
}

async function makeBlocks(): Promise<Block[]> {
  const world = new World();
  const codes = { hostile: hostileContract(), script: await buildScriptContract() };
  const scene = sceneOf(world, codes, hostileSelector);
  const cases = CASES.flatMap((one) => one.transactions(scene));
  const pointers = new World();
  const pointerHash = pointers.code(pointerContract());
  const pointerScene = sceneOf(pointers, codes, (method) => pointerSelector(Number(method)));
  const cold = new World();
  const contracts = addColdContracts(cold);
  const block = (name: string, world: World, transactions: readonly Uint8Array[]): Block => ({
    name,
    world,
    transactions,
    gasLimits: transactions.map(gasLimitOf),
  });
  return [
    block('cases', world, cases),
    block(
      'pointers',
      pointers,
      POINTER_CASES.map((_, index) =>
        pointerScene.call(pointers.contract(pointerHash, `pointer ${index}`), String(index), undefined, {
          gasLimit: 8_000_000,
        }),
      ),
    ),
    block('cold contracts', cold, coldTransactions(contracts, 'number', COLD_GAS)),
    block('cold contracts in the tail', cold, coldTransactions(contracts, 'inTail', COLD_GAS)),
  ];
}

/** Halving until the next number fails. */
async function deepest(method: string): Promise<number> {
  const world = new World();
  const contract = world.contract(world.code(hostileContract()), 'deep');
  const fits = async (count: number): Promise<boolean> => {
    const args = new Writer().u32(count).finish();
    const view = await oracle.view(
      {
        contract,
        selector: hostileSelector(method),
        args,
        sender: addressOf('viewer'),
        value: 0n,
        gasLimit: 4_000_000_000,
        height: 5,
        time: 0,
        grandparentHash: new Uint8Array(32),
      },
      world.read,
    );
    return view.status === 'OK';
  };
  let [low, high] = [0, 1 << 20];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (await fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function endsOf(outcome: BlockOutcome, gasLimits: readonly number[]): End[] {
  return outcome.receipts.map(({ status, phase, gasUsed, failure, results }, index) => ({
    status,
    phase,
    gasLimit: gasLimits[index] ?? 0,
    gasUsed,
    failure: failure?.code,
    results: results.map(toHex),
  }));
}

/** Canonical: bytes in hexadecimal, keys sorted, how it ran left out. */
function digestOf(outcome: BlockOutcome): string {
  const text = JSON.stringify({ ...outcome, stats: undefined, notes: undefined }, (_key, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    if (value instanceof Uint8Array) return toHex(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
  return createHash('sha256').update(text).digest('hex');
}

function gasLimitOf(bytes: Uint8Array): number {
  try {
    return decodeTransaction(bytes).gasLimit;
  } catch {
    return 0;
  }
}
