// The deployment plan: which ready contracts, who creates them, and with what.
import { fileURLToPath } from 'node:url';
import { deployContract } from '@weft/sdk/client/contract-client';
import type { NamedValues } from '@weft/sdk/client/contract-codec';
import type { NodeClient } from '@weft/sdk/client/node-client';
import { createSession } from '@weft/sdk/client/session';
import { compileContract } from '@weft/sdk/compiler/compile';
import type { Addresses, ContractName } from './addresses.js';
import { type Company, companyAccounts } from './companies.js';

interface Step {
  /** The folder of a ready contract. */
  readonly contract: string;
  readonly creator: Company;
  readonly init: NamedValues;
}

export const PLAN: Readonly<Record<ContractName, Step>> = {
  token: {
    contract: 'token',
    creator: 'shop',
    init: { name: 'Trade Euro', symbol: 'TEUR', decimals: 2, supply: 1_000_000n },
  },
  ledger: { contract: 'trace-ledger', creator: 'arbiter', init: { strict: false } },
  escrow: { contract: 'order-escrow', creator: 'arbiter', init: {} },
};

/** Carries the plan out; one contract after the other. */
export async function deploy(node: NodeClient): Promise<Addresses> {
  const accounts = companyAccounts();
  const addresses: Partial<Record<ContractName, string>> = {};
  for (const [name, { contract, creator, init }] of Object.entries(PLAN)) {
    const package_ = import.meta.resolve('@weft/contracts/package.json');
    const { wasm, abi } = await compileContract({
      entry: fileURLToPath(new URL(`./${contract}`, package_)),
    });
    const session = createSession(node, accounts[creator]);
    const gasLimit = 2_000_000 + 1_200 * wasm.length;
    const made = await deployContract({ abi, wasm, args: init as never, session, gasLimit });
    addresses[name as ContractName] = made.address;
  }
  return addresses as Addresses;
}
