// A development chain: funded accounts, one validator whose key everybody knows. Never for anything of value.
import { ed25519PublicKey } from '#crypto';
import { sha256Domain } from '../base/hash.js';
import { canonicalGenesis } from '../chain/genesis.js';
import type { Address } from '../types/address.js';
import type { Genesis, Hook, Parameters } from '../types/genesis.js';
import { DEFAULT_PARAMETERS } from '../types/parameters.js';

/** Ed25519 seed of the validator of every development chain, 32 bytes. Public. */
export const DEVELOPMENT_VALIDATOR_SEED = sha256Domain('weft/development-validator/1');

export interface DevelopmentOptions {
  /** Accounts that begin with `balance`. */
  readonly accounts: readonly Address[];
  /** Native units each; default 10^24. */
  readonly balance?: bigint;
  /** Default `weft-dev`. */
  readonly chainName?: string;
  /** Milliseconds since the epoch; default 1,767,225,600,000 (2026-01-01), so that roots repeat. */
  readonly time?: number;
  /** What differs from the defaults. */
  readonly parameters?: Partial<Parameters>;
  readonly hooks?: readonly Hook[];
}

/** A `dev: true` genesis in canonical order. @throws GENESIS_DUPLICATE, GENESIS_SUPPLY */
export function developmentGenesis(options: DevelopmentOptions): Genesis {
  const balance = options.balance ?? 10n ** 24n;
  return canonicalGenesis({
    chainName: options.chainName ?? 'weft-dev',
    protocolVersion: 0,
    dev: true,
    time: options.time ?? Date.UTC(2026, 0, 1),
    parameters: { ...DEFAULT_PARAMETERS, ...options.parameters },
    accounts: options.accounts.map((address) => ({ address, balance })),
    validators: [{ publicKey: ed25519PublicKey(DEVELOPMENT_VALIDATOR_SEED), power: 1n }],
    hooks: options.hooks ?? [],
  });
}
