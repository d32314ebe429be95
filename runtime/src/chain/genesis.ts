// From a genesis to the first state and its header: height 0, which nothing executes. Both the store's first entries
// and every replay begin here.
import { compareBytes } from '../base/bytes.js';
import { HASH_OF_NOTHING } from '../base/hash.js';
import type { StateEntry } from '../ports/store.js';
import { stateRootOf } from '../state/chain-state.js';
import type { Address, Hash32 } from '../types/address.js';
import type { Header } from '../types/block.js';
import type { Genesis } from '../types/genesis.js';
import { encodeGenesisInfo, genesisHash } from '../types/genesis-codec.js';
import { headerHash } from '../types/header-codec.js';
import {
  encodeHooks,
  encodeParameters,
  encodeValidators,
  parametersHash,
  validatorsHash,
} from '../types/parameters.js';
import { balanceKey, genesisKey, hooksKey, parametersKey, validatorsKey } from '../types/system.js';
import { encodeCell } from '../types/value.js';
import { GenesisError } from './errors.js';
import type { Head } from './head.js';

/** The protocol versions this build runs. */
const PROTOCOL_VERSIONS: readonly number[] = [0];
/** Every balance then fits its cell whatever is moved. */
const SUPPLY_MAX = (1n << 128n) - 1n;
const ZERO = new Uint8Array(32);

/** The same genesis in canonical order (accounts by address, validators by key). @throws GENESIS_* */
export function canonicalGenesis(genesis: Genesis): Genesis {
  if (!PROTOCOL_VERSIONS.includes(genesis.protocolVersion)) {
    throw new GenesisError('GENESIS_PROTOCOL', {
      expected: PROTOCOL_VERSIONS,
      got: genesis.protocolVersion,
      place: 'protocolVersion',
    });
  }
  if (genesis.validators.length === 0) throw new GenesisError('GENESIS_VALIDATORS', { place: 'validators' });
  let supply = 0n;
  for (const { balance } of genesis.accounts) supply += balance;
  if (supply > SUPPLY_MAX)
    throw new GenesisError('GENESIS_SUPPLY', { expected: `at most ${SUPPLY_MAX}`, got: supply });
  const accounts = [...genesis.accounts].sort((a, b) => compareBytes(a.address, b.address));
  const validators = [...genesis.validators].sort((a, b) => compareBytes(a.publicKey, b.publicKey));
  assertDistinct(
    accounts.map(({ address }) => address),
    'accounts',
  );
  assertDistinct(
    validators.map(({ publicKey }) => publicKey),
    'validators',
  );
  return { ...genesis, accounts: accounts.filter(({ balance }) => balance > 0n), validators };
}

/** Every key of the genesis state. */
export function genesisEntries(genesis: Genesis): (StateEntry & { readonly value: Uint8Array })[] {
  const entries = [
    { key: genesisKey(), value: encodeGenesisInfo(genesis) },
    { key: parametersKey(), value: encodeParameters(genesis.parameters) },
    { key: validatorsKey(), value: encodeValidators(genesis.validators) },
    { key: hooksKey(), value: encodeHooks(genesis.hooks) },
  ];
  for (const { address, balance } of genesis.accounts) {
    const value = encodeCell(2, balance);
    if (value !== undefined) entries.push({ key: balanceKey(address), value });
  }
  return entries;
}

/** The header of height 0, the parent of the first block. `stateRoot` of the genesis entries where it is known. */
export function genesisHead(genesis: Genesis, stateRoot = stateRootOf(genesisEntries(genesis))): Head {
  const nothing = HASH_OF_NOTHING as Hash32;
  const header: Header = {
    protocolVersion: genesis.protocolVersion,
    genesisHash: genesisHash(genesis),
    height: 0,
    time: genesis.time,
    parent: ZERO as Hash32,
    transactionRoot: nothing,
    receiptRoot: nothing,
    eventRoot: nothing,
    stateRoot: stateRoot as Hash32,
    parametersHash: parametersHash(genesis.parameters),
    validatorsHash: validatorsHash(genesis.validators),
    proposer: ZERO as Address,
    gasUsed: 0,
    criticalPathGas: 0,
    tailGas: 0,
    accessRoot: nothing,
    hintsRoot: nothing,
  };
  return { header, hash: headerHash(header) };
}

/** Neighbours of a sorted list differ. */
function assertDistinct(sorted: readonly Uint8Array[], place: string): void {
  sorted.forEach((item, index) => {
    const next = sorted[index + 1];
    if (next !== undefined && compareBytes(item, next) === 0)
      throw new GenesisError('GENESIS_DUPLICATE', { place });
  });
}
