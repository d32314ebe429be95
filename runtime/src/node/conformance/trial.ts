// One engine's trial: a real chain over a disk in memory, a pool that outlives crashes, an environment as a node makes it,
// and signed transfers to fill blocks with.
import { ed25519PublicKey, ed25519Sign } from '#crypto';
import { Writer } from '../../base/codec.js';
import { createChain } from '../../chain/apply.js';
import type { Chain } from '../../chain/chain.js';
import { createMempool } from '../../mempool/pool.js';
import type { EngineEnvironment, FinalizedBlock } from '../../ports/consensus.js';
import type { BlockExecutor } from '../../ports/execution.js';
import type { Mempool } from '../../ports/mempool.js';
import {
  copyMemoryDisk,
  createMemoryDisk,
  createMemoryStore,
  type MemoryDisk,
} from '../../store/memory/memory-store.js';
import { asHash32 } from '../../types/address.js';
import { ed25519Address } from '../../types/authorisation.js';
import type { Genesis } from '../../types/genesis.js';
import { genesisHash } from '../../types/genesis-codec.js';
import { signTransaction } from '../../types/sign-transaction.js';
import { SYSTEM_ADDRESS, SYSTEM_METHODS } from '../../types/system.js';
import { decodeTransaction } from '../../types/transaction-codec.js';
import { DEVELOPMENT_VALIDATOR_SEED, developmentGenesis } from '../development.js';
import { ManualClock } from './manual-clock.js';
import { WatchedExecutor } from './watched-executor.js';

const SENDER = new Uint8Array(32).fill(1);
/** Whom every transfer of a trial pays. */
export const trialReceiver = ed25519Address(new Uint8Array(32).fill(2));

/** The genesis of every trial: one funded account, the development validator. */
export function trialGenesis(): Genesis {
  return developmentGenesis({ accounts: [ed25519Address(SENDER)], chainName: 'weft-trial' });
}

/** The transfer of this sequence, wire bytes; each needs the one before. */
export function trialTransfer(genesis: Genesis, sequence: number): Uint8Array {
  const args = new Writer().fixed(trialReceiver, 32).u128(1n).finish();
  const { selector } = SYSTEM_METHODS.transfer;
  return signTransaction(
    {
      version: 1,
      genesisHash: asHash32(genesisHash(genesis)),
      sender: ed25519Address(SENDER),
      payer: undefined,
      nonce: { kind: 'lane', lane: 0, sequence: BigInt(sequence) },
      gasLimit: 300_000,
      gasPrice: 1n,
      expiry: 1_000_000,
      calls: [{ contract: SYSTEM_ADDRESS, selector, args, value: 0n }],
      extraAccess: [],
    },
    SENDER,
  );
}

export interface TrialEnvironment extends EngineEnvironment {
  readonly clock: ManualClock;
  /** Announced so far. */
  readonly blocks: FinalizedBlock[];
  readonly failures: unknown[];
}

/** What outlives a crash. */
interface Durable {
  readonly disk: MemoryDisk;
  readonly pending: readonly Uint8Array[];
  readonly sequence: number;
  readonly time: number;
}

export class Trial {
  readonly genesis = trialGenesis();
  readonly executor: WatchedExecutor;
  readonly environment: TrialEnvironment;
  #sequence: number;

  private constructor(
    private readonly runner: BlockExecutor,
    private readonly disk: MemoryDisk,
    readonly chain: Chain,
    readonly mempool: Mempool,
    { sequence, time }: Pick<Durable, 'sequence' | 'time'>,
  ) {
    this.#sequence = sequence;
    this.executor = new WatchedExecutor(chain);
    this.environment = environmentOf(this.executor, chain, mempool, new ManualClock(time), this.genesis);
  }

  /** A new chain, not initialised, or what an earlier trial left. */
  static async open(runner: BlockExecutor, left?: Durable): Promise<Trial> {
    const disk = left?.disk ?? createMemoryDisk();
    const mempool = createMempool();
    const chain = await createChain({ store: createMemoryStore(disk), executor: runner, pending: mempool });
    for (const bytes of left?.pending ?? []) {
      const transaction = await chain.checkTransaction(bytes, false).catch(() => undefined);
      if (transaction !== undefined) mempool.add(transaction);
    }
    const { sequence, time } = left ?? { sequence: 0, time: trialGenesis().time + 1000 };
    return new Trial(runner, disk, chain, mempool, { sequence, time });
  }

  /** The next transfer. */
  transfer(): Uint8Array {
    return trialTransfer(this.genesis, this.#sequence++);
  }

  /** The process after a crash of this one: the same disk, the same pending transactions, nothing else. */
  async restart(): Promise<Trial> {
    this.executor.dead = true;
    const pending = [...this.environment.pool()];
    const { time } = this.environment.clock;
    const left = { disk: copyMemoryDisk(this.disk), pending, sequence: this.#sequence, time };
    return Trial.open(this.runner, left);
  }
}

function environmentOf(
  executor: WatchedExecutor,
  chain: Chain,
  mempool: Mempool,
  clock: ManualClock,
  genesis: Genesis,
): TrialEnvironment {
  const blocks: FinalizedBlock[] = [];
  const failures: unknown[] = [];
  const seed = DEVELOPMENT_VALIDATOR_SEED;
  return {
    genesis,
    clock,
    blocks,
    failures,
    entropy: { bytes: (length) => new Uint8Array(length) },
    signer: { publicKey: ed25519PublicKey(seed), sign: async (message) => ed25519Sign(seed, message) },
    pool: () => mempool.inOrder(),
    admit: async (bytes) => {
      const transaction = await executor.checkTransaction(bytes, false);
      mempool.add(transaction);
      return transaction.id;
    },
    isPending: (bytes) => mempool.has(decodeTransaction(bytes).id),
    onTransaction: (run) => mempool.onAdd(run),
    onBlock: (block) => {
      if (executor.dead) return;
      blocks.push(block);
      mempool.settle(
        block.receipts.map(({ transaction }) => transaction),
        chain.stale(),
        chain.touched(),
      );
    },
    onFailure: (error) => failures.push(error),
  };
}
