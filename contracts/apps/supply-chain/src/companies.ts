// Who takes part: companies and their accounts. Those of a development chain, whose keys everybody knows.
import { type Account, accountsFromMnemonic, DEVELOPMENT_MNEMONIC } from '@weft/sdk/client/wallet';

/** In the order of their accounts: the first is the one `weft deploy` signs with. */
export const COMPANIES = ['shop', 'grove', 'mill', 'carrier', 'arbiter'] as const;
export type Company = (typeof COMPANIES)[number];

export const TITLES: Readonly<Record<Company, string>> = {
  grove: 'Olive grove',
  mill: 'Oil mill',
  carrier: 'Carrier',
  shop: 'Delicatessen',
  arbiter: 'Arbiter',
};

/** The account of each company. */
export function companyAccounts(): Readonly<Record<Company, Account>> {
  const accounts = accountsFromMnemonic(DEVELOPMENT_MNEMONIC, COMPANIES.length);
  return Object.fromEntries(COMPANIES.map((name, index) => [name, accounts[index]])) as Record<
    Company,
    Account
  >;
}

/** The company an address belongs to; undefined: somebody else. */
export function companyOf(address: string): Company | undefined {
  const accounts = companyAccounts();
  return COMPANIES.find((name) => accounts[name].text === address);
}
