// Blocks of token transfers over a state in memory: what the executors are timed on. Everything repeats from a seed.
import { fileURLToPath } from 'node:url';
import { concatBytes } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import { sha256 } from '@weft/runtime/base/hash';
import { genesisEntries } from '@weft/runtime/chain/genesis';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { developmentGenesis } from '@weft/runtime/node/development';
import { accountAddress, contractAddress, type Hash32 } from '@weft/runtime/types/address';
import { genesisHash } from '@weft/runtime/types/genesis-codec';
import { encodeStateKey, fieldId, keyText } from '@weft/runtime/types/key';
import type { BlockInput, ReadState } from '@weft/runtime/types/outcome';
import { nonceKey, SYSTEM_ADDRESS } from '@weft/runtime/types/system';
import type { Call } from '@weft/runtime/types/transaction';
import { encodeTransaction } from '@weft/runtime/types/transaction-codec';
import { encodeCell } from '@weft/runtime/types/value';
import { compileCode } from '@weft/runtime/vm/compiled-code';
import { encodeArguments, initParameters, methodOf } from '@weft/sdk/client/contract-codec';
import { createContractCall, uploadCall } from '@weft/sdk/client/system-abi';
import type { Artifact } from '@weft/sdk/compiler/compile';
import { compileApart } from '../../support/compile-apart.js';
import { randomFrom } from '../../support/sample-chain.js';

const TOKEN_FOLDER = fileURLToPath(new URL('../../../contracts/token', import.meta.url));
const GAS_LIMIT = 200_000;
/** Tokens of each account before the block, and of a transfer that nearly everybody can pay. */
const BALANCE = 10n ** 24n;
const SMALL = 1_000n;
const SALT = new Uint8Array(32) as Hash32;

/** Who pays whom in a block, by account number. */
export type Pattern = 'uniform' | 'zipf' | 'hotReceiver' | 'hotPayer' | 'serialChain';

/** A state with the token and its holders, and a way to make blocks over it. */
export interface Workload {
  readonly read: ReadState;
  block(pattern: Pattern, transactions: number, seed: number): BlockInput;
}

/** Builds the token, deploys it and gives each of `accounts` accounts a balance. */
export async function createWorkload(accounts: number): Promise<Workload> {
  const artifact = await compileApart(TOKEN_FOLDER);
  const keys = Array.from({ length: accounts }, (_, index) => sha256(new Writer().u32(index).finish()));
  const holders = keys.map((key) => accountAddress(0, key));
  const genesis = developmentGenesis({ accounts: holders, balance: 10n ** 20n });
  const state = new Map(genesisEntries(genesis).map(({ key, value }) => [keyText(key), value]));
  const hash = genesisHash(genesis);
  const sign = (sender: number, sequence: bigint, call: Call, gasLimit: number): Uint8Array =>
    encodeTransaction({
      version: 1,
      genesisHash: hash,
      sender: holders[sender]!,
      payer: undefined,
      nonce: { kind: 'lane', lane: 0, sequence },
      gasLimit,
      gasPrice: 1n,
      expiry: 1_000_000,
      calls: [call],
      extraAccess: [],
      senderAuthorisation: { scheme: 0, bytes: concatBytes(keys[sender]!, new Uint8Array(64)) },
      payerAuthorisation: undefined,
    });
  const input = (height: number, transactions: readonly Uint8Array[]): BlockInput => ({
    height,
    time: genesis.time + height,
    grandparentHash: new Uint8Array(32),
    proposer: SYSTEM_ADDRESS,
    genesisHash: hash,
    expiring: [],
    transactions,
    rule: 'finalize',
    signaturesFound: transactions.map(() => 'all' as const),
  });
  const codeHash = compileCode(artifact.wasm).codeHash;
  const token = contractAddress(holders[0]!, SALT, codeHash);
  await deploy(artifact, state, [
    (at) => input(1, [sign(0, at, uploadCall(artifact.wasm), 500_000_000)]),
    (at) => input(2, [sign(0, at, createToken(artifact, codeHash), 50_000_000)]),
  ]);
  const field = fieldId('balances');
  for (const holder of holders) {
    state.set(keyText(encodeStateKey(2, token, field, [holder])), encodeCell(2, BALANCE)!);
    state.set(keyText(nonceKey(holder, 0)), encodeCell(1, 2n)!);
  }
  const { selector } = methodOf(artifact.abi, 'transfer');
  return {
    read: (key) => state.get(keyText(key)),
    block(pattern, transactions, seed) {
      const sequences = new Map<number, bigint>();
      return input(
        3,
        transfers(pattern, transactions, accounts, seed).map(([from, to, amount]) => {
          const sequence = sequences.get(from) ?? 2n;
          sequences.set(from, sequence + 1n);
          const args = new Writer().fixed(holders[to]!, 32).u128(amount).finish();
          return sign(from, sequence, { contract: token, selector, args, value: 0n }, GAS_LIMIT);
        }),
      );
    },
  };
}

async function deploy(
  _: Artifact,
  state: Map<string, Uint8Array>,
  blocks: readonly ((sequence: bigint) => BlockInput)[],
): Promise<void> {
  const executor = createSequentialExecutor();
  for (const [index, block] of blocks.entries()) {
    const { receipts, stateDiff } = await executor.execute(block(BigInt(index)), (key) =>
      state.get(keyText(key)),
    );
    if (receipts[0]?.status !== 'OK') throw new RangeError(`deploying the token: ${receipts[0]?.status}`);
    for (const { key, after } of stateDiff) {
      if (after === undefined) state.delete(keyText(key as never));
      else state.set(keyText(key as never), after);
    }
  }
  await executor.close();
}

function createToken({ abi }: Artifact, codeHash: Hash32): Call {
  const init = { name: 'Coin', symbol: 'C', decimals: 6, supply: 1_000_000_000n };
  return createContractCall(codeHash, SALT, encodeArguments(abi, initParameters(abi), init));
}

type Transfer = readonly [from: number, to: number, amount: bigint];

function transfers(pattern: Pattern, count: number, accounts: number, seed: number): Transfer[] {
  const random = randomFrom(seed);
  const other = (from: number): number => (from + 1 + random(accounts - 1)) % accounts;
  return Array.from({ length: count }, (_, index): Transfer => {
    switch (pattern) {
      case 'uniform': {
        const from = random(accounts);
        return [from, other(from), SMALL];
      }
      case 'zipf': {
        const from = zipf(random, accounts);
        return [from, other(from), SMALL];
      }
      case 'hotReceiver':
        return [1 + (index % (accounts - 1)), 0, SMALL];
      case 'hotPayer':
        return [0, 1 + (index % (accounts - 1)), SMALL];
      default:
        // Each hands on all it has, what it was just paid included: no two of them may run at once.
        return [index % accounts, (index + 1) % accounts, BALANCE * BigInt(Math.min(index + 1, accounts))];
    }
  });
}

/** Rank r with weight 1 / (r + 1): the inverse of the harmonic sum's integral. */
function zipf(random: (below: number) => number, accounts: number): number {
  const share = (random(1_000_000) + 0.5) / 1_000_000;
  return Math.min(accounts - 1, Math.floor((accounts + 1) ** share) - 1);
}
