// Where the contracts of the application are, by name.

export const CONTRACTS = ['token', 'ledger', 'escrow'] as const;
export type ContractName = (typeof CONTRACTS)[number];
/** bech32m text. */
export type Addresses = Readonly<Record<ContractName, string>>;
