// The loop: random chains through all executors; a block on which they part is made small and thrown with its seed.
import type { BlockInput, BlockOutcome } from '@weft/runtime/types/outcome';
import { buildScriptContracts } from '../../fixtures/script-contract.js';
import type { RandomBlock } from '../../property/random-block.js';
import { CHAIN_LENGTH, chainBlocks, FuzzedChain } from './chain.js';
import { Crews, type Difference } from './crews.js';

/** Runs a smaller block gets to part again: what fails by timing need not fail at once. */
const TRIES = 6;
const WORKERS = [1, 2, 4, 8];
/** What any 300 blocks reach; without it the generator has gone blunt. */
const REACHED = [
  'OK/ordered',
  'OK/tail',
  'REVERT/ordered',
  'TRAP/ordered',
  'OUT_OF_GAS/ordered',
  'ACCESS_TAIL_FULL/tail',
  'INVALID_FUNDS/none',
  'INVALID_NONCE/none',
  'begin OK',
  'end OK',
  'upgrade OK',
  'late violation',
  'voted for',
  'voted against',
];
const REACHED_AFTER = 300;

export interface FuzzedBlocks {
  readonly blocks: number;
  readonly transactions: number;
  /** How often each status and phase came up. */
  readonly seen: ReadonlyMap<string, number>;
}

export interface FuzzBlocksOptions {
  readonly seed: number;
  /** Blocks 0 to count - 1, or only this one (those before it on its chain run on the oracle alone). */
  readonly count: number;
  readonly block: number | undefined;
  readonly onProgress: (line: string) => void;
}

/** Runs them. @throws an error that tells seed, block, difference and the smallest block found */
export async function fuzzBlocks(options: FuzzBlocksOptions): Promise<FuzzedBlocks> {
  const codes = await buildScriptContracts();
  const crews = new Crews(WORKERS, randomFrom(options.seed));
  const seen = new Map<string, number>();
  let transactions = 0;
  let blocks = 0;
  const only = options.block;
  const first = only === undefined ? 0 : Math.floor(only / CHAIN_LENGTH);
  const end = only === undefined ? options.count : only + 1;
  for (let number = first; number * CHAIN_LENGTH < end; number++) {
    await crews.renew();
    const chain = new FuzzedChain(codes);
    for (const [place, random] of chainBlocks(options.seed, number).entries()) {
      const index = number * CHAIN_LENGTH + place;
      if (index >= end) break;
      const { world, block } = chain.next(random);
      const expected = await crews.oracle(block, world.read);
      if (only === undefined || index === only) {
        const voted = votedOf(block, expected, index);
        const vote = await crews.vote(voted, world.read);
        const found =
          (await crews.difference(block, world.read, expected)) ??
          (await crews.votedDifference(voted, world.read, vote));
        if (found !== undefined) throw await failureOf({ chain, random, crews, found, ...options, index });
        count(expected, vote, seen);
        blocks++;
        transactions += block.transactions.length;
      }
      chain.take(world, expected);
    }
    if (number % 25 === 24) options.onProgress(`${blocks} blocks`);
  }
  // Not where they part: workers that wait for each other do not close, the process ends with them.
  await crews.close();
  const missing = REACHED.filter((name) => !seen.has(name));
  if (blocks >= REACHED_AFTER && missing.length > 0) throw new Error(`never seen: ${missing.join(', ')}`);
  return { blocks, transactions, seen };
}

/** The block as a vote sees it: every other time without what would have it refused at once. */
function votedOf(block: BlockInput, { receipts }: BlockOutcome, index: number): BlockInput {
  if (index % 2 === 1) return block;
  const transactions = block.transactions.filter((_, at) => !receipts[at]!.status.startsWith('INVALID'));
  return { ...block, transactions };
}

interface Parted {
  readonly chain: FuzzedChain;
  readonly random: RandomBlock;
  readonly crews: Crews;
  readonly found: Difference;
  readonly seed: number;
  readonly index: number;
}

/** Drops transactions as long as the executors still part. */
async function failureOf({ chain, random, crews, found, seed, index }: Parted): Promise<Error> {
  let [smallest, difference] = [random, found];
  // Workers that wait for each other run no second block.
  for (let at = 0; found.place !== 'threw' && at < smallest.transactions.length; ) {
    const transactions = smallest.transactions.filter((_, other) => other !== at);
    const smaller = { ...smallest, transactions };
    const again = await parts(chain, smaller, crews);
    if (again === undefined) at++;
    else [smallest, difference] = [smaller, again];
  }
  const replay = `npm run fuzz -- blocks --seed ${seed} --block ${index}`;
  const { length } = smallest.transactions;
  const text = JSON.stringify(smallest);
  return new Error(
    `block ${index}: ${difference.executor} differ from the oracle at ${difference.place}\n  got      ${difference.got}\n  expected ${difference.expected}\nagain: ${replay}\n${length} of ${random.transactions.length} transactions are enough: ${text}`,
  );
}

async function parts(chain: FuzzedChain, random: RandomBlock, crews: Crews): Promise<Difference | undefined> {
  const { world, block } = chain.next(random);
  const expected = await crews.oracle(block, world.read);
  for (let turn = 0; turn < TRIES; turn++) {
    const found = await crews.difference(block, world.read, expected);
    if (found !== undefined) return found;
    for (const index of [0, 1]) {
      const voted = votedOf(block, expected, index);
      const vote = await crews.vote(voted, world.read);
      const other = await crews.votedDifference(voted, world.read, vote);
      if (other !== undefined) return other;
    }
  }
  return undefined;
}

function count(outcome: BlockOutcome, vote: BlockOutcome | string, seen: Map<string, number>): void {
  const names = outcome.receipts.map((receipt) => `${receipt.status}/${receipt.phase}`);
  for (const hook of outcome.hooks) names.push(`${hook.at} ${hook.status}`);
  const late = outcome.receipts.some(({ phase, attemptGas }) => phase === 'tail' && attemptGas > 200_000);
  if (late) names.push('late violation');
  names.push(typeof vote === 'string' ? 'voted against' : 'voted for');
  for (const name of names) seen.set(name, (seen.get(name) ?? 0) + 1);
}

/** Numbers in [0, 1) from a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
