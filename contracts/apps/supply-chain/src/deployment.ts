// Carries out the deployment plan (weft.deploy.ts) from within a program, as `weft deploy` does from the command line.
import { fileURLToPath } from 'node:url';
import { deployContract } from '@weft/sdk/client/contract-client';
import type { NodeClient } from '@weft/sdk/client/node-client';
import { createSession } from '@weft/sdk/client/session';
import { compileContract } from '@weft/sdk/compiler/compile';
import plan from '../weft.deploy.js';
import { type Addresses, CONTRACTS, type ContractName } from './addresses.js';
import { companyAccounts } from './companies.js';
import { applicationFolder } from './folders.js';

/** Gas to upload a module: per byte, and beside it. */
const UPLOAD_GAS = { byte: 1_200, base: 2_000_000 } as const;

/** Deploys every contract of the plan, signed by the shop. */
export async function deploy(node: NodeClient): Promise<Addresses> {
  const session = createSession(node, companyAccounts().shop);
  const addresses: Partial<Record<ContractName, string>> = {};
  for (const name of CONTRACTS) {
    const { contract, args } = plan.contracts[name];
    const entry = fileURLToPath(new URL(contract, applicationFolder()));
    const { wasm, abi } = await compileContract({ entry });
    const gasLimit = UPLOAD_GAS.base + UPLOAD_GAS.byte * wasm.length;
    const { address } = await deployContract({ abi, wasm, args: args as never, session, gasLimit });
    addresses[name] = address;
  }
  return addresses as Addresses;
}
