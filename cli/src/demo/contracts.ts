// The demo's two contracts: compiled from source, uploaded, created, and token balances given to every account.
import { fileURLToPath } from 'node:url';
import type { Abi } from '@weft/runtime/types/abi';
import { contractAddress, encodeAddress } from '@weft/runtime/types/address';
import type { Call } from '@weft/runtime/types/transaction';
import { encodeArguments, initParameters, methodOf, type NamedValues } from '@weft/sdk/client/contract-codec';
import { createCall } from '@weft/sdk/client/create-call';
import { fromNodeHex } from '@weft/sdk/client/node-client';
import { createContractCall, uploadCall } from '@weft/sdk/client/system-abi';
import type { Account } from '@weft/sdk/client/wallet';
import { type Artifact, compileContract } from '@weft/sdk/compiler/compile';
import type { Output } from '../output.js';
import type { Order, Sender } from './sender.js';

/** A deployed contract: calls by method name. */
export interface Deployed {
  readonly address: string;
  readonly abi: Abi;
  call(method: string, args: NamedValues): Call;
}
export interface Contracts {
  readonly token: Deployed;
  readonly ledger: Deployed;
}

/** Gas limits, measured with room to spare. */
export const GAS = {
  transfer: 250_000,
  record: 3_000_000,
  create: 5_000_000,
  uploadByte: 1_200,
  uploadBase: 2_000_000,
} as const;
/** Tokens each account begins with. */
const SHARE = 1_000_000n;

/** Compiles and deploys both contracts, then gives every account its share of tokens. */
export async function deployContracts(
  sender: Sender,
  accounts: readonly Account[],
  output: Output,
): Promise<Contracts> {
  const creator = accounts[0] as Account;
  const supply = SHARE * BigInt(accounts.length);
  const token = await deploy(
    sender,
    creator,
    'token',
    { name: 'Demo', symbol: 'DEMO', decimals: 6, supply },
    output,
  );
  const ledger = await deploy(sender, creator, 'trace-ledger', { strict: false }, output);
  const shares = accounts.slice(1).map(
    (account): Order => ({
      account: creator,
      call: token.call('transfer', { to: account.text, amount: SHARE }),
      gasLimit: GAS.transfer,
    }),
  );
  await sender.sendAll('funding', shares);
  return { token, ledger };
}

async function deploy(
  sender: Sender,
  creator: Account,
  folder: string,
  init: NamedValues,
  output: Output,
): Promise<Deployed> {
  output.note(`compiling and deploying ${folder}`);
  const artifact: Artifact = await compileContract({ entry: contractFolder(folder) });
  const { wasm, abi } = artifact;
  const upload = {
    account: creator,
    call: uploadCall(wasm),
    gasLimit: GAS.uploadBase + GAS.uploadByte * wasm.length,
  };
  const codeHash = fromNodeHex(await sender.sendOne(upload));
  const salt = new Uint8Array(32);
  const args = encodeArguments(abi, initParameters(abi), init);
  await sender.sendOne({
    account: creator,
    call: createContractCall(codeHash, salt, args),
    gasLimit: GAS.create,
  });
  const address = encodeAddress(contractAddress(creator.address, salt, codeHash));
  return {
    address,
    abi,
    call(name, values) {
      const method = methodOf(abi, name);
      return createCall(address, method.selector, encodeArguments(abi, method.args, values));
    },
  };
}

/** The source folder of a ready contract, wherever the package is installed. */
export function contractFolder(name: string): string {
  return fileURLToPath(new URL(`./${name}/`, import.meta.resolve('@weft/contracts/package.json')));
}
