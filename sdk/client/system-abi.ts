// The system contract as clients see it: the same ABI form as any other, made from the chain's own table.
import type { Abi } from '@weft/runtime/types/abi';
import { encodeAddress } from '@weft/runtime/types/address';
import { encodeValues } from '@weft/runtime/types/layout-value';
import { SYSTEM_ADDRESS, SYSTEM_METHODS } from '@weft/runtime/types/system';
import type { Call } from '@weft/runtime/types/transaction';
import { createCall } from './transaction.js';

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
  ],
  events: [],
  errors: [],
  structs: [],
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

function systemCall(
  name: keyof typeof SYSTEM_METHODS,
  values: readonly (Uint8Array | bigint)[],
  value = 0n,
): Call {
  const method = SYSTEM_METHODS[name];
  return createCall(SYSTEM_CONTRACT, method.selector, encodeValues(method.args, values), value);
}
