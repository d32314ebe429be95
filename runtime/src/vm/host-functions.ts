// The import object of an instance: every function of the host table bound to its implementation. A function gets
// the frame of the call its thread serves; gas moves from the module's counter to the frame and back around it.

import { assert } from '../base/assert.js';
import type { HostName } from '../types/gas-schedule.js';
import { type Frame, serving } from './frame.js';
import * as calls from './host-calls.js';
import { context } from './host-context.js';
import * as crypto from './host-crypto.js';
import * as storage from './host-storage.js';
import { HOST_MODULE } from './host-table.js';

/** The frame of the call this thread serves, its gas as the module's counter has it. */
function entered(): Frame {
  const { frame } = serving;
  assert(frame?.instance !== undefined, 'host functions are called within a call');
  frame.gas = frame.instance.gas();
  return frame;
}

/** Puts the gas that is left into the module's counter; passes the result on. */
function left<T>(result: T): T {
  const frame = serving.frame!;
  frame.instance!.setGas(frame.gas);
  return result;
}

type HostImport = (...values: never[]) => unknown;

/**
 * Implementation of each row of the host table. One function literal each, not one made by a function for all: the engine
 * compiles each for its own implementation, and puts it in line.
 */
export const HOST_FUNCTIONS: Readonly<Record<HostName, HostImport>> = {
  input: (dst: number) => left(calls.input(entered(), dst)),
  output: (src: number, length: number) => left(calls.output(entered(), src, length)),
  revert: (src: number, length: number) => left(calls.revert(entered(), src, length)),
  abort: (message: number, length: number, line: number, column: number) =>
    left(calls.abort(entered(), message, length, line, column)),
  context: (dst: number) => left(context(entered(), dst)),
  storage_get: (key: number, length: number, dst: number, capacity: number) =>
    left(storage.storageGet(entered(), key, length, dst, capacity)),
  storage_has: (key: number, length: number) => left(storage.storageHas(entered(), key, length)),
  storage_set: (key: number, length: number, src: number, size: number) =>
    left(storage.storageSet(entered(), key, length, src, size)),
  storage_delete: (key: number, length: number) => left(storage.storageDelete(entered(), key, length)),
  storage_past: (key: number, length: number, dst: number, capacity: number) =>
    left(storage.storagePast(entered(), key, length, dst, capacity)),
  cell_get: (bits: number, key: number, length: number, dst: number) =>
    left(storage.cellGet(entered(), bits, key, length, dst)),
  cell_set: (bits: number, key: number, length: number, src: number) =>
    left(storage.cellSet(entered(), bits, key, length, src)),
  cell_add: (bits: number, key: number, length: number, amount: number, ceiling: number) =>
    left(storage.cellAdd(entered(), bits, key, length, amount, ceiling)),
  cell_sub: (bits: number, key: number, length: number, amount: number, floor: number) =>
    left(storage.cellSub(entered(), bits, key, length, amount, floor)),
  cell_past: (bits: number, key: number, length: number, dst: number) =>
    left(storage.cellPast(entered(), bits, key, length, dst)),
  emit: (event: number, topics: number, topicsLength: number, data: number, dataLength: number) =>
    left(calls.emit(entered(), event, topics, topicsLength, data, dataLength)),
  call: (contract: number, selector: number, args: number, length: number, value: number, gas: bigint) =>
    left(calls.call(entered(), contract, selector, args, length, value, gas)),
  try_call: (contract: number, selector: number, args: number, length: number, value: number, gas: bigint) =>
    left(calls.tryCall(entered(), contract, selector, args, length, value, gas)),
  returned: (dst: number, capacity: number) => left(calls.returned(entered(), dst, capacity)),
  balance: (address: number, dst: number) => left(storage.balance(entered(), address, dst)),
  balance_past: (address: number, dst: number) => left(storage.balancePast(entered(), address, dst)),
  transfer: (to: number, amount: number) => left(storage.transfer(entered(), to, amount)),
  sha256: (src: number, length: number, dst: number) => left(crypto.sha256(entered(), src, length, dst)),
  keccak256: (src: number, length: number, dst: number) =>
    left(crypto.keccak256(entered(), src, length, dst)),
  blake3: (src: number, length: number, dst: number) => left(crypto.blake3(entered(), src, length, dst)),
  ed25519_verify: (signature: number, key: number, message: number, length: number) =>
    left(crypto.ed25519Verify(entered(), signature, key, message, length)),
  secp256k1_verify: (signature: number, key: number, length: number, digest: number) =>
    left(crypto.secp256k1Verify(entered(), signature, key, length, digest)),
  secp256k1_recover: (signature: number, recovery: number, digest: number, dst: number) =>
    left(crypto.secp256k1Recover(entered(), signature, recovery, digest, dst)),
  p256_verify: (signature: number, key: number, length: number, digest: number) =>
    left(crypto.p256Verify(entered(), signature, key, length, digest)),
  mul_div: (a: number, b: number, denominator: number, dst: number) =>
    left(crypto.mulDiv(entered(), a, b, denominator, dst)),
  log: (src: number, length: number) => left(calls.log(entered(), src, length)),
};

/** The imports of every instance: a function works for the call the thread serves. */
export const HOST_IMPORTS: WebAssembly.Imports = { [HOST_MODULE]: { ...HOST_FUNCTIONS } };
