// The import object of an instance: every function of the host table bound to its implementation. A function gets
// the frame of the call its thread serves; gas moves from the module's counter to the frame and back around it.

import { assert } from '../base/assert.js';
import type { HostName } from '../types/gas-schedule.js';
import { type Frame, serving } from './frame.js';
import * as calls from './host-calls.js';
import * as crypto from './host-crypto.js';
import * as storage from './host-storage.js';
import { HOST_MODULE } from './host-table.js';

/** What WebAssembly passes: numbers, and a bigint for an i64. Functions take as many as their row says. */
type HostImplementation = (frame: Frame, ...values: never[]) => unknown;

/** Implementation of each row of the host table. */
export const HOST_FUNCTIONS: Readonly<Record<HostName, HostImplementation>> = {
  input: calls.input,
  output: calls.output,
  revert: calls.revert,
  abort: calls.abort,
  context: calls.context,
  storage_get: storage.storageGet,
  storage_has: storage.storageHas,
  storage_set: storage.storageSet,
  storage_delete: storage.storageDelete,
  storage_past: storage.storagePast,
  cell_get: storage.cellGet,
  cell_set: storage.cellSet,
  cell_add: storage.cellAdd,
  cell_sub: storage.cellSub,
  cell_past: storage.cellPast,
  emit: calls.emit,
  call: calls.call,
  try_call: calls.tryCall,
  returned: calls.returned,
  balance: storage.balance,
  balance_past: storage.balancePast,
  transfer: storage.transfer,
  sha256: crypto.sha256,
  keccak256: crypto.keccak256,
  blake3: crypto.blake3,
  ed25519_verify: crypto.ed25519Verify,
  secp256k1_verify: crypto.secp256k1Verify,
  secp256k1_recover: crypto.secp256k1Recover,
  p256_verify: crypto.p256Verify,
  mul_div: crypto.mulDiv,
  log: calls.log,
};

type SixValues = (frame: Frame, a: number, b: number, c: number, d: number, e: number, f: bigint) => unknown;

/** The imports of every instance: a function works for the call the thread serves. */
export const HOST_IMPORTS: WebAssembly.Imports = bindHost();

function bindHost(): WebAssembly.Imports {
  const functions: Record<string, WebAssembly.ImportValue> = {};
  for (const [name, implementation] of Object.entries(HOST_FUNCTIONS)) {
    const run = implementation as SixValues;
    functions[name] = (a: number, b: number, c: number, d: number, e: number, f: bigint): unknown => {
      const { frame } = serving;
      assert(frame !== undefined, 'host functions are called within a call');
      const instance = frame.live();
      frame.gas = instance.gas();
      const result = run(frame, a, b, c, d, e, f);
      instance.setGas(frame.gas);
      return result;
    };
  }
  return { [HOST_MODULE]: functions };
}
