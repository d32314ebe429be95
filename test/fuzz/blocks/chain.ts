// A fuzzed chain: a first state and a few blocks, each over what the one before left. Blocks are numbered through all
// chains of a seed, so that a seed and a number name one block and the state under it.
import { createExpiringNonces, type ExpiringNonces } from '@weft/runtime/chain/expiring-nonces';
import type { BlockInput, BlockOutcome } from '@weft/runtime/types/outcome';
import fc from 'fast-check';
import { blockOf, type World } from '../../fixtures/world.js';
import { buildBlock, buildNextBlock } from '../../property/build-block.js';
import { type RandomBlock, randomBlock } from '../../property/random-block.js';

/** Blocks of one chain. */
export const CHAIN_LENGTH = 8;
const FIRST_HEIGHT = 5;

/** The blocks of chain `number`, as data. */
export function chainBlocks(seed: number, number: number): RandomBlock[] {
  return fc.sample(randomBlock, {
    seed: (seed + Math.imul(number, 0x9e3779b1)) | 0,
    numRuns: CHAIN_LENGTH,
  });
}

/** One chain as it grows. */
export class FuzzedChain {
  #world: World | undefined;
  #height = FIRST_HEIGHT;
  readonly #expiring: ExpiringNonces = createExpiringNonces();

  constructor(private readonly codes: readonly Uint8Array[]) {}

  /** The state and the next block over it. The same block may be asked for again, with fewer transactions. */
  next(random: RandomBlock): { readonly world: World; readonly block: BlockInput } {
    const height = this.#height;
    let world = this.#world;
    let transactions: Uint8Array[];
    if (world === undefined) ({ world, transactions } = buildBlock(random, this.codes));
    else transactions = buildNextBlock(world, random, this.codes, height);
    return { world, block: blockOf(transactions, { height, expiring: this.#expiring.at(height) }) };
  }

  /** Goes on with what the oracle gave for that block. */
  take(world: World, outcome: BlockOutcome): void {
    world.apply(outcome);
    this.#expiring.apply(outcome.stateDiff);
    this.#world = world;
    this.#height++;
  }
}
