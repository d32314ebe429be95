// Chains of signed transfers, executed by the oracle: what stores are filled with where damage and crashes are tried, since
// repair and replay need records that mean something.
import { utf8 } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import { sha256 } from '@weft/runtime/base/hash';
import { createChain } from '@weft/runtime/chain/apply';
import { canonicalGenesis, genesisEntries } from '@weft/runtime/chain/genesis';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { developmentGenesis } from '@weft/runtime/node/development';
import type { StateEntry, Store, StoreBase } from '@weft/runtime/ports/store';
import { createMemoryStore } from '@weft/runtime/store/memory/memory-store';
import { asAddress, type Hash32 } from '@weft/runtime/types/address';
import { ed25519Address } from '@weft/runtime/types/authorisation';
import type { BlockRecord } from '@weft/runtime/types/block';
import type { Genesis } from '@weft/runtime/types/genesis';
import { genesisHash } from '@weft/runtime/types/genesis-codec';
import { signTransaction } from '@weft/runtime/types/sign-transaction';
import { SYSTEM_ADDRESS, SYSTEM_METHODS } from '@weft/runtime/types/system';
import { randomFrom } from './sample-chain.js';

export interface RealChain {
  readonly genesis: Genesis;
  readonly base: StoreBase;
  readonly genesisState: readonly StateEntry[];
  /** Index = height - 1. */
  readonly records: readonly BlockRecord[];
}
export interface RealOptions {
  readonly seed: number;
  readonly blocks: number;
  /** Transfers a block. */
  readonly transfers: number;
  readonly accounts?: number;
  /** Accounts that only hold a balance: one key each. */
  readonly extraAccounts?: number;
}

/** The same options give the same chain. */
export async function createRealChain(options: RealOptions): Promise<RealChain> {
  const random = randomFrom(options.seed);
  const count = options.accounts ?? 6;
  const seeds = Array.from({ length: count }, (_, index) => new Uint8Array(32).fill(index + 1));
  const addresses = seeds.map(ed25519Address);
  const extra = Array.from({ length: options.extraAccounts ?? 0 }, (_, index) =>
    asAddress(sha256(utf8(`${index}`))),
  );
  const accounts = [...addresses.slice(0, count / 2), ...extra];
  const genesis = canonicalGenesis(developmentGenesis({ accounts }));
  const hash = genesisHash(genesis);
  const executor = createSequentialExecutor();
  const store = createMemoryStore();
  const chain = await createChain({ store, executor });
  await chain.initChain(genesis);
  const sequences = seeds.map(() => 0n);
  for (let height = 1; height <= options.blocks; height++) {
    const transactions = Array.from({ length: options.transfers }, () => {
      const from = random(count / 2);
      const sequence = sequences[from]!++;
      const args = new Writer()
        .fixed(addresses[random(count)]!, 32)
        .u128(BigInt(1 + random(1000)))
        .finish();
      return signTransfer(hash, seeds[from]!, addresses[from]!, sequence, args);
    });
    await chain.finalize({ height, time: genesis.time + height, proposer: new Uint8Array(32) }, transactions);
    await chain.commit(new Uint8Array(64).fill(height));
  }
  const records: BlockRecord[] = [];
  for await (const record of store.records(1, options.blocks)) records.push(record);
  const base = await store.base();
  await executor.close();
  await store.close();
  return { genesis, base, genesisState: genesisEntries(genesis), records };
}

/** Initialises a store and appends the first `blocks` records. */
export async function fillReal(store: Store, chain: RealChain, blocks: number): Promise<void> {
  await store.initialise(chain.base, chain.genesisState);
  for (const record of chain.records.slice(0, blocks)) await store.append(record);
}

function signTransfer(
  genesisHash: Hash32,
  seed: Uint8Array,
  sender: ReturnType<typeof ed25519Address>,
  sequence: bigint,
  args: Uint8Array,
): Uint8Array {
  const { selector } = SYSTEM_METHODS.transfer;
  return signTransaction(
    {
      version: 1,
      genesisHash,
      sender,
      payer: undefined,
      nonce: { kind: 'lane', lane: 0, sequence },
      gasLimit: 300_000,
      gasPrice: 1n,
      expiry: 1_000_000,
      calls: [{ contract: SYSTEM_ADDRESS, selector, args, value: 0n }],
      extraAccess: [],
    },
    seed,
  );
}
