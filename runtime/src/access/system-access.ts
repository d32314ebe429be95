// Access of the system contract's methods, which have no `weft.access` section: what each of them
// touches, as the VM runs them. Called by resolve in place of templates.

import { Reader } from '../base/codec.js';
import type { Address } from '../types/address.js';
import { contractAddress } from '../types/address.js';
import type { TypedBytes } from '../types/layout.js';
import {
  accountKey,
  balanceKey,
  codeChunkCount,
  codeChunkKey,
  codeKey,
  contractKey,
  genesisKey,
  SYSTEM_ADDRESS,
  SYSTEM_CODE_HASH,
  SYSTEM_METHODS,
  upgradesKey,
} from '../types/system.js';
import { AccessError } from './errors.js';
import { sliceArguments } from './evaluate.js';
import type { CallScope, ResolvedCall } from './resolved-call.js';

/** Declares a call of the system contract. @throws ACCESS_METHOD, ACCESS_ARGUMENTS, ACCESS_CONTRACT, ACCESS_LIMIT */
export function systemAccess(scope: CallScope, call: ResolvedCall): void {
  scope.reach(SYSTEM_ADDRESS, SYSTEM_CODE_HASH);
  switch (call.selector) {
    case SYSTEM_METHODS.upload.selector:
      scope.moveValue(call.caller, SYSTEM_ADDRESS, call.value);
      uploadAccess(scope, call);
      return;
    case SYSTEM_METHODS.create.selector:
      createAccess(scope, call);
      return;
    case SYSTEM_METHODS.transfer.selector: {
      scope.moveValue(call.caller, SYSTEM_ADDRESS, call.value);
      const [to, amount] = sliceArguments(call.args, SYSTEM_METHODS.transfer.args);
      scope.moveValue(call.caller, reader(to).fixed(32) as Address, reader(amount).u128());
      return;
    }
    case SYSTEM_METHODS.upgrade.selector: {
      scope.moveValue(call.caller, SYSTEM_ADDRESS, call.value);
      const [contract, codeHash] = sliceArguments(call.args, SYSTEM_METHODS.upgrade.args);
      scope.key(contractKey(reader(contract).fixed(32)), 'read');
      scope.key(codeKey(reader(codeHash).fixed(32)), 'read');
      scope.key(upgradesKey(), 'write');
      return;
    }
    case SYSTEM_METHODS.setUpgradeAuthority.selector: {
      scope.moveValue(call.caller, SYSTEM_ADDRESS, call.value);
      const [contract] = sliceArguments(call.args, SYSTEM_METHODS.setUpgradeAuthority.args);
      scope.key(contractKey(reader(contract).fixed(32)), 'write');
      return;
    }
    case SYSTEM_METHODS.setAuthorisation.selector:
      scope.moveValue(call.caller, SYSTEM_ADDRESS, call.value);
      sliceArguments(call.args, SYSTEM_METHODS.setAuthorisation.args);
      scope.key(accountKey(call.caller), 'write');
      return;
    case SYSTEM_METHODS.devSetBalance.selector:
    case SYSTEM_METHODS.devMint.selector: {
      scope.moveValue(call.caller, SYSTEM_ADDRESS, call.value);
      const [account] = sliceArguments(call.args, SYSTEM_METHODS.devSetBalance.args);
      scope.key(genesisKey(), 'read');
      scope.key(balanceKey(reader(account).fixed(32)), 'write');
      return;
    }
    default:
      throw new AccessError('ACCESS_METHOD', { got: call.selector });
  }
}

/** Writes the code's record and chunks; bytes that are no module revert before they touch anything. */
function uploadAccess(scope: CallScope, call: ResolvedCall): void {
  const [code] = sliceArguments(call.args, SYSTEM_METHODS.upload.args);
  scope.deploy(call.args.length);
  const source = reader(code);
  const bytes = source.fixed(source.u32());
  const codeHash = scope.lookup.moduleHash(bytes);
  if (codeHash === undefined) return;
  scope.key(codeKey(codeHash), 'write');
  const chunks = codeChunkCount(bytes.length);
  for (let index = 0; index < chunks; index++) scope.key(codeChunkKey(codeHash, index), 'write');
}

/** Writes the new contract's record, moves the call's value to it and runs the init method of its code. */
function createAccess(scope: CallScope, call: ResolvedCall): void {
  const args = sliceArguments(call.args, SYSTEM_METHODS.create.args);
  const codeHash = reader(args[0]).fixed(32);
  const contract = contractAddress(call.caller, reader(args[1]).fixed(32), codeHash);
  const source = reader(args[2]);
  const init = source.fixed(source.u32());
  const method = scope.section(codeHash).methods.find((candidate) => candidate.init);
  scope.key(contractKey(contract), 'write');
  scope.reach(contract, codeHash);
  scope.moveValue(call.caller, contract, call.value);
  if (method !== undefined) scope.method(method, { ...call, contract, args: init, depth: call.depth + 1 });
  else if (init.length > 0)
    throw new AccessError('ACCESS_ARGUMENTS', { expected: 'no arguments', got: init.length });
}

function reader(value: TypedBytes | undefined): Reader {
  return new Reader(value?.bytes ?? new Uint8Array(0), 'argument');
}
