// The transfers every runtime makes: the same pairs and amounts for all, in the form each takes.
import { randomFrom } from '../../support/sample-chain.js';
import { compileCosmWasmToken } from './cosmwasm-token.js';
import {
  createdAddress,
  type EthereumAccount,
  ethereumAccount,
  SUPPLY,
  signLegacy,
  tokenInitCode,
  transferData,
} from './ethereum.js';

/** Payer, payee, amount; accounts by number. Amounts differ, so that no two transactions are the same. */
export type Transfer = readonly [from: number, to: number, amount: number];

export interface PeerWorkload {
  readonly accounts: number;
  readonly batches: readonly (readonly Transfer[])[];
  /** The module of `cosmwasm-token.ts`, base64. */
  readonly cosmwasm: string;
  readonly ethereum: {
    readonly chainId: number;
    /** 0x hex, as are all below. */
    readonly addresses: readonly string[];
    readonly token: string;
    /** Creates the token and gives every account its share. */
    readonly setup: readonly string[];
    readonly transfers: readonly (readonly string[])[];
    /** What each account holds in the end, decimal. */
    readonly balances: readonly string[];
  };
}

const CHAIN = 31_337;

/** Uniform transfers among accounts that all hold enough. The same for the same arguments. */
export async function peerWorkload(
  accounts: number,
  batches: number,
  size: number,
  seed = 1,
): Promise<PeerWorkload> {
  const random = randomFrom(seed);
  const all = Array.from({ length: batches }, (_, batch) =>
    Array.from({ length: size }, (__, index): Transfer => {
      const from = random(accounts);
      return [from, (from + 1 + random(accounts - 1)) % accounts, 1 + batch * size + index];
    }),
  );
  const cosmwasm = Buffer.from(await compileCosmWasmToken()).toString('base64');
  return { accounts, batches: all, cosmwasm, ethereum: ethereumWorkload(accounts, all) };
}

function ethereumWorkload(
  count: number,
  batches: readonly (readonly Transfer[])[],
): PeerWorkload['ethereum'] {
  const accounts = Array.from({ length: count }, (_, index) => ethereumAccount(index));
  const creator = accounts[0] as EthereumAccount;
  const token = createdAddress(creator.address, 0n);
  const nonces = accounts.map(() => 0n);
  const send = (from: number, to: Uint8Array | undefined, data: Uint8Array): string => {
    const nonce = nonces[from] ?? 0n;
    nonces[from] = nonce + 1n;
    const gasLimit = to === undefined ? 1_000_000n : 100_000n;
    return hex(signLegacy(accounts[from] as EthereumAccount, { nonce, gasLimit, to, data }, BigInt(CHAIN)));
  };
  const share = SUPPLY / BigInt(2 * count);
  const balances = accounts.map((_, index) => (index === 0 ? SUPPLY - share * BigInt(count - 1) : share));
  const setup = [send(0, undefined, tokenInitCode())];
  for (const { address } of accounts.slice(1)) setup.push(send(0, token, transferData(address, share)));
  const transfers = batches.map((batch) =>
    batch.map(([from, to, amount]) => {
      balances[from] = (balances[from] ?? 0n) - BigInt(amount);
      balances[to] = (balances[to] ?? 0n) + BigInt(amount);
      return send(from, token, transferData((accounts[to] as EthereumAccount).address, BigInt(amount)));
    }),
  );
  return {
    chainId: CHAIN,
    addresses: accounts.map(({ address }) => hex(address)),
    token: hex(token),
    setup,
    transfers,
    balances: balances.map(String),
  };
}

const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`;
