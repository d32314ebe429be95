// A state in memory with the ready token and its holders, and blocks of really signed transfers over it: what benchmarks
// run on executors directly. Everything repeats.
import { fileURLToPath } from 'node:url';
import { Writer } from '@weft/runtime/base/codec';
import { genesisEntries } from '@weft/runtime/chain/genesis';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { developmentGenesis } from '@weft/runtime/node/development';
import { contractAddress, type Hash32 } from '@weft/runtime/types/address';
import { ed25519Address } from '@weft/runtime/types/authorisation';
import { genesisHash } from '@weft/runtime/types/genesis-codec';
import { encodeStateKey, fieldId, keyText, type StateKey } from '@weft/runtime/types/key';
import type { BlockInput, BlockOutcome, ReadState } from '@weft/runtime/types/outcome';
import { SYSTEM_ADDRESS } from '@weft/runtime/types/system';
import type { Call } from '@weft/runtime/types/transaction';
import { signTransaction } from '@weft/runtime/types/transaction-codec';
import { decodeCell, encodeCell } from '@weft/runtime/types/value';
import { compileCode } from '@weft/runtime/vm/compiled-code';
import { encodeArguments, initParameters, methodOf } from '@weft/sdk/client/contract-codec';
import { createContractCall, uploadCall } from '@weft/sdk/client/system-abi';
import { compileContract } from '@weft/sdk/compiler/compile';

/** Payer and payee by number, and the amount. */
export type TokenTransfer = readonly [from: number, to: number, amount: number];

export interface TokenWorld {
  readonly read: ReadState;
  /** The next block: transfers signed by their payers. `checked`: the executor takes their signatures as known. */
  block(transfers: readonly TokenTransfer[], checked: boolean): BlockInput;
  /** The state moves on. @throws RangeError where a transaction of it failed */
  apply(outcome: BlockOutcome): void;
  balanceOf(account: number): bigint;
}

/** What each account holds at first. */
export const SHARE = 10n ** 15n;
const GAS_LIMIT = 250_000;
const TOKEN_FOLDER = fileURLToPath(new URL('../../contracts/token', import.meta.url));
const SALT = new Uint8Array(32) as Hash32;

/** Deploys the token for so many accounts. */
export async function createTokenWorld(accounts: number): Promise<TokenWorld> {
  const { wasm, abi } = await compileContract({ entry: TOKEN_FOLDER });
  const seeds = Array.from({ length: accounts }, (_, index) => {
    const seed = new Uint8Array(32).fill(3);
    new DataView(seed.buffer).setUint32(0, index);
    return seed;
  });
  const holders = seeds.map(ed25519Address);
  const genesis = developmentGenesis({ accounts: holders, balance: 10n ** 24n });
  const hash = genesisHash(genesis);
  const state = new Map(genesisEntries(genesis).map(({ key, value }) => [keyText(key), value]));
  const read: ReadState = (key) => state.get(keyText(key));
  const sequences = seeds.map(() => 0n);
  let height = 0;
  const sign = (from: number, call: Call, gasLimit: number): Uint8Array => {
    const sequence = sequences[from] ?? 0n;
    sequences[from] = sequence + 1n;
    const body = {
      version: 1,
      genesisHash: hash,
      sender: holders[from]!,
      payer: undefined,
      nonce: { kind: 'lane', lane: 0, sequence } as const,
      gasLimit,
      gasPrice: 1n,
      expiry: 1_000_000,
      calls: [call],
      extraAccess: [],
    };
    return signTransaction(body, seeds[from]!);
  };
  const input = (transactions: readonly Uint8Array[], checked: boolean): BlockInput => ({
    height: ++height,
    time: genesis.time + height,
    grandparentHash: new Uint8Array(32),
    proposer: SYSTEM_ADDRESS,
    genesisHash: hash,
    expiring: [],
    transactions,
    rule: 'finalize',
    ...(checked ? { signaturesChecked: transactions.map(() => true) } : {}),
  });
  const apply = ({ receipts, stateDiff }: BlockOutcome): void => {
    const failed = receipts.find(({ status }) => status !== 'OK');
    if (failed !== undefined) throw new RangeError(`a transaction of the workload: ${failed.status}`);
    for (const { key, after } of stateDiff) {
      if (after === undefined) state.delete(keyText(key));
      else state.set(keyText(key), after);
    }
  };
  const { codeHash } = compileCode(wasm);
  const token = contractAddress(holders[0]!, SALT, codeHash);
  const oracle = createSequentialExecutor();
  const init = encodeArguments(abi, initParameters(abi), {
    name: 'Coin',
    symbol: 'C',
    decimals: 6,
    supply: SHARE,
  });
  for (const call of [uploadCall(wasm), createContractCall(codeHash, SALT, init)])
    apply(await oracle.execute(input([sign(0, call, 1_000_000_000)], true), read));
  await oracle.close();
  const balance = (account: number): StateKey =>
    encodeStateKey(2, token, fieldId('balances'), [holders[account]!]);
  for (const index of holders.keys()) state.set(keyText(balance(index)), encodeCell(2, SHARE)!);
  const { selector } = methodOf(abi, 'transfer');
  return {
    read,
    apply,
    block: (transfers, checked) =>
      input(
        transfers.map(([from, to, amount]) => {
          const args = new Writer().fixed(holders[to]!, 32).u128(BigInt(amount)).finish();
          return sign(from, { contract: token, selector, args, value: 0n }, GAS_LIMIT);
        }),
        checked,
      ),
    balanceOf: (account) => decodeCell(2, read(balance(account))),
  };
}
