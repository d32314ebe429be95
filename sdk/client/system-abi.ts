// The system contract as clients see it: the same ABI form as any other, made from the chain's own table.
import type { Abi } from '@weft/runtime/types/abi';
import { encodeAddress } from '@weft/runtime/types/address';
import { encodeValues, type LayoutValue } from '@weft/runtime/types/layout-value';
import { SYSTEM_ADDRESS, SYSTEM_METHODS } from '@weft/runtime/types/system';
import type { Call } from '@weft/runtime/types/transaction';
import type { Migration } from '@weft/runtime/types/upgrade';
import { createCall } from './create-call.js';

/** bech32m text of the system contract. */
export const SYSTEM_CONTRACT = encodeAddress(SYSTEM_ADDRESS);

/** For `createContractClient`: its failures are the host's, so it has no errors of its own. */
export const SYSTEM_ABI = {
  version: 1,
  name: 'System',
  methods: [
    {
      name: 'upload',
      kind: 'call',
      payable: false,
      selector: SYSTEM_METHODS.upload.selector,
      args: [{ name: 'code', type: 'bytes' }],
      result: 'hash',
      access: [],
    },
    {
      name: 'create',
      kind: 'call',
      payable: true,
      selector: SYSTEM_METHODS.create.selector,
      args: [
        { name: 'codeHash', type: 'hash' },
        { name: 'salt', type: 'hash' },
        { name: 'init', type: 'bytes' },
      ],
      result: 'address',
      access: [],
    },
    {
      name: 'transfer',
      kind: 'call',
      payable: false,
      selector: SYSTEM_METHODS.transfer.selector,
      args: [
        { name: 'to', type: 'address' },
        { name: 'amount', type: 'u128' },
      ],
      access: [],
    },
    {
      name: 'upgrade',
      kind: 'call',
      payable: false,
      selector: SYSTEM_METHODS.upgrade.selector,
      args: [
        { name: 'contract', type: 'address' },
        { name: 'codeHash', type: 'hash' },
        { name: 'migration', type: 'Migration?' },
      ],
      access: [],
    },
    {
      name: 'setUpgradeAuthority',
      kind: 'call',
      payable: false,
      selector: SYSTEM_METHODS.setUpgradeAuthority.selector,
      args: [
        { name: 'contract', type: 'address' },
        { name: 'authority', type: 'address?' },
      ],
      access: [],
    },
    {
      name: 'setAuthorisation',
      kind: 'call',
      payable: false,
      selector: SYSTEM_METHODS.setAuthorisation.selector,
      args: [
        { name: 'scheme', type: 'u8' },
        { name: 'key', type: 'bytes' },
      ],
      access: [],
    },
    {
      name: 'devSetBalance',
      kind: 'call',
      payable: false,
      selector: SYSTEM_METHODS.devSetBalance.selector,
      args: [
        { name: 'account', type: 'address' },
        { name: 'balance', type: 'u128' },
      ],
      access: [],
    },
    {
      name: 'devMint',
      kind: 'call',
      payable: false,
      selector: SYSTEM_METHODS.devMint.selector,
      args: [
        { name: 'to', type: 'address' },
        { name: 'amount', type: 'u128' },
      ],
      access: [],
    },
  ],
  events: [],
  errors: [],
  structs: [
    {
      name: 'Migration',
      fields: [
        { name: 'gasLimit', type: 'u64' },
        { name: 'selector', type: 'u32' },
        { name: 'args', type: 'bytes' },
      ],
    },
  ],
  fields: [],
} as const satisfies Abi;

/** Puts code on chain; its hash comes back. Usable from the next block on. */
export function uploadCall(code: Uint8Array): Call {
  return systemCall('upload', [code]);
}

/** Makes a contract of code on chain. `init`: Borsh arguments of its init method; `value` goes to the new contract. */
export function createContractCall(
  codeHash: Uint8Array,
  salt: Uint8Array,
  init: Uint8Array,
  value = 0n,
): Call {
  return systemCall('create', [codeHash, salt, init], value);
}

/** Moves native units from the sender. */
export function transferCall(to: Uint8Array, amount: bigint): Call {
  return systemCall('transfer', [to, amount]);
}

/**
 * Gives a contract other code at the next block's start. `migration`: a call the contract makes of itself then, under
 * the new code; its gas limit is paid whatever it uses, and where it fails the contract keeps its code.
 */
export function upgradeCall(contract: Uint8Array, codeHash: Uint8Array, migration?: Migration): Call {
  const call = migration && { ...migration, gasLimit: BigInt(migration.gasLimit) };
  return systemCall('upgrade', [contract, codeHash, call]);
}

/** Says who may upgrade a contract from now on; none: nobody, for ever. */
export function setUpgradeAuthorityCall(contract: Uint8Array, authority: Uint8Array | undefined): Call {
  return systemCall('setUpgradeAuthority', [contract, authority]);
}

/**
 * Replaces what speaks for the sender, from the next block on: scheme 0 and an Ed25519 key (32 bytes), or scheme 1 and
 * a policy (`encodeThresholdPolicy`). Nobody checks that its keys exist: a wrong one locks the account for ever.
 */
export function setAuthorisationCall(scheme: number, key: Uint8Array): Call {
  return systemCall('setAuthorisation', [scheme, key]);
}

function systemCall(name: keyof typeof SYSTEM_METHODS, values: readonly LayoutValue[], value = 0n): Call {
  const method = SYSTEM_METHODS[name];
  return createCall(SYSTEM_CONTRACT, method.selector, encodeValues(method.args, values), value);
}
