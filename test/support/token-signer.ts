// The ready token with its holders, and transactions really signed by them: what benchmarks put into blocks. Everything
// repeats.
import { fileURLToPath } from 'node:url';
import { Writer } from '@weft/runtime/base/codec';
import { developmentGenesis } from '@weft/runtime/node/development';
import { type Address, contractAddress, type Hash32 } from '@weft/runtime/types/address';
import { ed25519Address } from '@weft/runtime/types/authorisation';
import type { Genesis } from '@weft/runtime/types/genesis';
import { genesisHash } from '@weft/runtime/types/genesis-codec';
import { encodeStateKey, fieldId, type StateKey } from '@weft/runtime/types/key';
import { signTransaction } from '@weft/runtime/types/sign-transaction';
import type { Call } from '@weft/runtime/types/transaction';
import { compileCode } from '@weft/runtime/vm/compiled-code';
import { encodeArguments, initParameters, methodOf } from '@weft/sdk/client/contract-codec';
import { createContractCall, uploadCall } from '@weft/sdk/client/system-abi';
import { compileContract } from '@weft/sdk/compiler/compile';

/** Payer and payee by number, and the amount. */
export type TokenTransfer = readonly [from: number, to: number, amount: number | bigint];

export interface TokenSigner {
  readonly genesis: Genesis;
  readonly holders: readonly Address[];
  /** Two blocks of one transaction each, which come first: the code, then the token, whose supply the first holder has. */
  readonly deployment: readonly [Uint8Array, Uint8Array];
  /** The next transaction of its payer. */
  transfer(transfer: TokenTransfer): Uint8Array;
  /** Where an account's tokens are. */
  balanceKey(account: number): StateKey;
}

const GAS_LIMIT = 250_000;
const TOKEN_FOLDER = fileURLToPath(new URL('../../contracts/token', import.meta.url));
const SALT = new Uint8Array(32) as Hash32;

/** A token of `supply` and so many accounts with native balances to pay fees from. */
export async function createTokenSigner(accounts: number, supply: bigint): Promise<TokenSigner> {
  const { wasm, abi } = await compileContract({ entry: TOKEN_FOLDER });
  const seeds = Array.from({ length: accounts }, (_, index) => {
    const seed = new Uint8Array(32).fill(3);
    new DataView(seed.buffer).setUint32(0, index);
    return seed;
  });
  const holders = seeds.map(ed25519Address);
  const genesis = developmentGenesis({ accounts: holders, balance: 10n ** 24n });
  const hash = genesisHash(genesis);
  const sequences = seeds.map(() => 0n);
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
  const { codeHash } = compileCode(wasm);
  const token = contractAddress(holders[0]!, SALT, codeHash);
  const init = encodeArguments(abi, initParameters(abi), { name: 'Coin', symbol: 'C', decimals: 6, supply });
  const { selector } = methodOf(abi, 'transfer');
  return {
    genesis,
    holders,
    deployment: [
      sign(0, uploadCall(wasm), 1_000_000_000),
      sign(0, createContractCall(codeHash, SALT, init), 1_000_000_000),
    ],
    transfer([from, to, amount]) {
      const args = new Writer().fixed(holders[to]!, 32).u128(BigInt(amount)).finish();
      return sign(from, { contract: token, selector, args, value: 0n }, GAS_LIMIT);
    },
    balanceKey: (account) => encodeStateKey(2, token, fieldId('balances'), [holders[account]!]),
  };
}
