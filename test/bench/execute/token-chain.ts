// A chain on a real disk with the token on it and holders who can pay: what blocks of really signed transfers run on.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { utf8 } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import { sha256 } from '@weft/runtime/base/hash';
import { createChain } from '@weft/runtime/chain/apply';
import type { Chain } from '@weft/runtime/chain/chain';
import { createParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import { createSignatureChecker } from '@weft/runtime/execute/signatures/checker';
import { developmentGenesis } from '@weft/runtime/node/development';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import { type Address, asAddress, contractAddress, type Hash32 } from '@weft/runtime/types/address';
import { ed25519Address } from '@weft/runtime/types/authorisation';
import { genesisHash } from '@weft/runtime/types/genesis-codec';
import type { BlockOutcome } from '@weft/runtime/types/outcome';
import { signTransaction } from '@weft/runtime/types/sign-transaction';
import type { Call } from '@weft/runtime/types/transaction';
import { compileCode } from '@weft/runtime/vm/compiled-code';
import { encodeArguments, initParameters, methodOf } from '@weft/sdk/client/contract-codec';
import { createContractCall, uploadCall } from '@weft/sdk/client/system-abi';
import { compileApart } from '../../support/compile-apart.js';
import { randomFrom } from '../../support/sample-chain.js';

const TOKEN_FOLDER = fileURLToPath(new URL('../../../contracts/token', import.meta.url));
const SALT = new Uint8Array(32) as Hash32;
/** Whoever pays has a key; everybody may be paid. */
const PAYERS = 2000;
const GAS_LIMIT = 300_000;

/** A chain and the blocks that can be put on it, in order. */
export interface TokenChain {
  readonly chain: Chain;
  readonly outcome: () => BlockOutcome;
  /** So many signed transfers between accounts, uniform. */
  transfers(count: number): Uint8Array[];
  /** Finalizes and commits the next block. */
  add(transactions: readonly Uint8Array[]): Promise<void>;
  readonly checker: ReturnType<typeof createSignatureChecker>;
  close(): Promise<void>;
}

/** Opens a new chain in a folder, `accounts` of them with a native balance, deploys the token and pays the payers. */
export async function createTokenChain(
  folder: string,
  accounts: number,
  workers: number,
  seed: number,
): Promise<TokenChain> {
  const random = randomFrom(seed);
  const { wasm, abi } = await compileApart(TOKEN_FOLDER);
  const payers = Math.min(PAYERS, accounts);
  const seeds = Array.from({ length: payers }, (_, index) => sha256(utf8(`payer ${index}`)));
  const holders: Address[] = seeds.map(ed25519Address);
  for (let index = payers; index < accounts; index++)
    holders.push(asAddress(sha256(utf8(`account ${index}`))));
  const genesis = developmentGenesis({ accounts: holders, balance: 10n ** 20n });
  const hash = genesisHash(genesis);
  const store = await openLevelStore(join(folder, `chain-${accounts}`));
  const executor = createParallelExecutor({ workers });
  const checker = createSignatureChecker({ workers });
  let last: BlockOutcome | undefined;
  const chain = await createChain({
    store,
    executor,
    signatures: checker,
    onOutcome: (outcome) => {
      last = outcome;
    },
  });
  await chain.initChain(genesis);
  const sequences = new Float64Array(payers);
  const sign = (from: number, call: Call, gasLimit: number): Uint8Array =>
    signTransaction(
      {
        version: 1,
        genesisHash: hash,
        sender: holders[from]!,
        payer: undefined,
        nonce: { kind: 'lane', lane: 0, sequence: BigInt(sequences[from]!++) },
        gasLimit,
        gasPrice: 1n,
        expiry: 1_000_000,
        calls: [call],
        extraAccess: [],
      },
      seeds[from]!,
    );
  const outcome = (): BlockOutcome => {
    if (last === undefined) throw new RangeError('there is no block yet');
    return last;
  };
  const add = async (transactions: readonly Uint8Array[]): Promise<void> => {
    const { height, time } = chain.info();
    await chain.finalize({ height: height + 1, time: time + 1, proposer: new Uint8Array(32) }, transactions);
    await chain.commit(new Uint8Array(64));
    const failed = outcome().receipts.find(({ status }) => status !== 'OK');
    if (failed !== undefined) throw new RangeError(`a transaction ended ${failed.status}/${failed.phase}`);
  };
  const codeHash = compileCode(wasm).codeHash;
  const token = contractAddress(holders[0]!, SALT, codeHash);
  await add([sign(0, uploadCall(wasm), 500_000_000)]);
  const init = { name: 'Coin', symbol: 'C', decimals: 6, supply: 10n ** 24n };
  const creation = createContractCall(codeHash, SALT, encodeArguments(abi, initParameters(abi), init));
  await add([sign(0, creation, 50_000_000)]);
  const { selector } = methodOf(abi, 'transfer');
  const transfer = (from: number, to: number, amount: bigint): Uint8Array => {
    const args = new Writer().fixed(holders[to]!, 32).u128(amount).finish();
    return sign(from, { contract: token, selector, args, value: 0n }, GAS_LIMIT);
  };
  await add(holders.slice(1, payers).map((_, index) => transfer(0, index + 1, 10n ** 18n)));
  return {
    chain,
    outcome,
    add,
    checker,
    transfers: (count) =>
      Array.from({ length: count }, () => {
        const from = random(payers);
        return transfer(from, (from + 1 + random(accounts - 1)) % accounts, 1_000n);
      }),
    async close() {
      await chain.close();
      await store.close();
      await Promise.all([executor.close(), checker.close()]);
    },
  };
}
