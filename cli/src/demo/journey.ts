// The demo's two workloads as orders to be signed.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readLedgerFiles } from '@weft/contracts/trace-ledger/client/read-documents';
import type { Account } from '@weft/sdk/client/wallet';
import { type Contracts, contractFolder, GAS } from './contracts.js';
import type { Order } from './sender.js';
import { planTransfers } from './workloads.js';

/** Every run draws the same partners and amounts. */
const SEED = 1;

/** Token transfers among the accounts. */
export function transferWorkload(
  settings: { readonly transfers: number; readonly accounts: number },
  accounts: readonly Account[],
  { token }: Contracts,
): Order[] {
  return planTransfers(settings.transfers, settings.accounts, SEED).map(({ from, to, amount }) => ({
    account: accounts[from] as Account,
    call: token.call('transfer', { to: (accounts[to] as Account).text, amount }),
    gasLimit: GAS.transfer,
  }));
}

/** Reads and checks the documents at once; the orders follow when contracts exist. @throws EPCIS_*, CLI_FILE */
export async function epcisWorkload(
  files: readonly string[],
): Promise<(contracts: Contracts, accounts: readonly Account[]) => Order[]> {
  const events = await readLedgerFiles(files.length > 0 ? files : await sampleFiles());
  return ({ ledger }, accounts) =>
    events.map(
      (event, index): Order => ({
        account: accounts[index % accounts.length] as Account,
        call: ledger.call('record', event.args),
        gasLimit: GAS.record,
      }),
    );
}

/** The documents that come with the contract, by name. */
async function sampleFiles(): Promise<string[]> {
  const folder = join(contractFolder('trace-ledger'), 'samples');
  return (await readdir(folder)).sort().map((name) => join(folder, name));
}
