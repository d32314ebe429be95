// Host functions of storage and cells. Order within each: base gas with the argument bytes, format, access, effect,
// then gas for the bytes it gives back (SPEC §4).
import { LIMITS } from '../base/limits.js';
import type { HostPrice } from '../types/gas-schedule.js';
import type { KeyKind } from '../types/key.js';
import { balanceImage } from '../types/system.js';
import { decodeBytesValue, encodeBytesValue } from '../types/value.js';
import type { Frame } from './frame.js';
import { chargeHost, chargeResult, pricesOf } from './host-gas.js';
import {
  AMOUNT,
  assertRange,
  BOUND,
  cellKind,
  KEY,
  readAddress,
  readBounded,
  readKey,
  readNumber,
  readWords,
  writeBytes,
  writeWords,
} from './host-memory.js';
import { moveBalance } from './native-balance.js';

const VALUE_BYTES_MAX = LIMITS.valueBytes - 1;
const BALANCE_BITS = 128;
const ZERO = new Uint32Array(8);

/** Gives a value to the contract: its length, and as many bytes as there is room for; -1 when absent. */
function giveValue(
  frame: Frame,
  price: HostPrice,
  stored: Uint8Array | undefined,
  dst: number,
  capacity: number,
): number {
  if (stored === undefined) return -1;
  const value = decodeBytesValue(stored);
  chargeResult(frame, price, value.length);
  writeBytes(frame, dst, value.subarray(0, Math.min(value.length, capacity >>> 0)));
  return value.length;
}

/** Host `storage_get`: a declared read. */
export function storageGet(
  frame: Frame,
  key: number,
  keyLength: number,
  dst: number,
  capacity: number,
): number {
  chargeHost(frame, pricesOf(frame).storage_get, keyLength >>> 0);
  readKey(frame, 0, key, keyLength);
  assertRange(frame, dst, capacity);
  return giveValue(frame, pricesOf(frame).storage_get, frame.run.state.readStored(KEY), dst, capacity);
}

/** Host `storage_has`: a declared read. */
export function storageHas(frame: Frame, key: number, keyLength: number): number {
  chargeHost(frame, pricesOf(frame).storage_has, keyLength >>> 0);
  readKey(frame, 0, key, keyLength);
  return frame.run.state.readStored(KEY) === undefined ? 0 : 1;
}

/** Host `storage_set`: a declared write. */
export function storageSet(frame: Frame, key: number, keyLength: number, src: number, length: number): void {
  chargeHost(frame, pricesOf(frame).storage_set, (keyLength >>> 0) + (length >>> 0));
  readKey(frame, 0, key, keyLength);
  const value = readBounded(frame, src, length, VALUE_BYTES_MAX);
  frame.assertWritable();
  frame.run.state.write(KEY, encodeBytesValue(value));
}

/** Host `storage_delete`: a declared write. */
export function storageDelete(frame: Frame, key: number, keyLength: number): void {
  chargeHost(frame, pricesOf(frame).storage_delete, keyLength >>> 0);
  readKey(frame, 0, key, keyLength);
  frame.assertWritable();
  frame.run.state.write(KEY, undefined);
}

/** Host `storage_past`: the value in S0, declared as past. */
export function storagePast(
  frame: Frame,
  key: number,
  keyLength: number,
  dst: number,
  capacity: number,
): number {
  chargeHost(frame, pricesOf(frame).storage_past, keyLength >>> 0);
  readKey(frame, 0, key, keyLength);
  assertRange(frame, dst, capacity);
  return giveValue(frame, pricesOf(frame).storage_past, frame.run.state.pastStored(KEY), dst, capacity);
}

/** Host `cell_get`: a declared read. */
export function cellGet(frame: Frame, bits: number, key: number, keyLength: number, dst: number): void {
  readCellKey(frame, pricesOf(frame).cell_get, bits, key, keyLength, dst);
  frame.run.state.readCell(KEY, AMOUNT);
  writeWords(frame, dst, bits, AMOUNT);
}

/** Host `cell_past`: the number in S0, declared as past. */
export function cellPast(frame: Frame, bits: number, key: number, keyLength: number, dst: number): void {
  readCellKey(frame, pricesOf(frame).cell_past, bits, key, keyLength, dst);
  frame.run.state.pastCell(KEY, AMOUNT);
  writeWords(frame, dst, bits, AMOUNT);
}

/** Host `cell_set`: a declared write. */
export function cellSet(frame: Frame, bits: number, key: number, keyLength: number, src: number): void {
  readCellKey(frame, pricesOf(frame).cell_set, bits, key, keyLength, src);
  readWords(frame, src, bits, AMOUNT);
  frame.assertWritable();
  frame.run.state.writeCell(KEY, AMOUNT);
}

/** Host `cell_add`: a declared add, upwards. */
export function cellAdd(
  frame: Frame,
  bits: number,
  key: number,
  keyLength: number,
  amount: number,
  ceiling: number,
): number {
  readCellKey(frame, pricesOf(frame).cell_add, bits, key, keyLength, amount);
  readWords(frame, amount, bits, AMOUNT);
  if (ceiling !== 0) readWords(frame, ceiling, bits, BOUND);
  frame.assertWritable();
  return frame.run.state.increase(KEY, AMOUNT, ceiling === 0 ? undefined : BOUND) ? 1 : 0;
}

/** Host `cell_sub`: a declared add, downwards. */
export function cellSub(
  frame: Frame,
  bits: number,
  key: number,
  keyLength: number,
  amount: number,
  floor: number,
): number {
  readCellKey(frame, pricesOf(frame).cell_sub, bits, key, keyLength, amount);
  readWords(frame, amount, bits, AMOUNT);
  if (floor !== 0) readWords(frame, floor, bits, BOUND);
  frame.assertWritable();
  return frame.run.state.decrease(KEY, AMOUNT, floor === 0 ? ZERO : BOUND) ? 1 : 0;
}

/** Base gas, width, key (in `KEY`) and the pointer to a number: what every cell function begins with. */
function readCellKey(
  frame: Frame,
  price: HostPrice,
  bits: number,
  key: number,
  keyLength: number,
  number: number,
): void {
  chargeHost(frame, price, keyLength >>> 0);
  const kind: KeyKind = cellKind(frame, bits);
  readKey(frame, kind, key, keyLength);
  assertRange(frame, number, bits / 8);
}

/** Host `balance`: a declared read of a native balance. */
export function balance(frame: Frame, address: number, dst: number): void {
  chargeHost(frame, pricesOf(frame).balance, 0);
  const key = balanceImage(readAddress(frame, address));
  assertRange(frame, dst, BALANCE_BITS / 8);
  frame.run.state.readCell(key, AMOUNT);
  writeWords(frame, dst, BALANCE_BITS, AMOUNT);
}

/** Host `balance_past`: a native balance in S0. */
export function balancePast(frame: Frame, address: number, dst: number): void {
  chargeHost(frame, pricesOf(frame).balance_past, 0);
  const key = balanceImage(readAddress(frame, address));
  assertRange(frame, dst, BALANCE_BITS / 8);
  frame.run.state.pastCell(key, AMOUNT);
  writeWords(frame, dst, BALANCE_BITS, AMOUNT);
}

/** Host `transfer`: bounded adds on both native balances. */
export function transfer(frame: Frame, to: number, amount: number): number {
  chargeHost(frame, pricesOf(frame).transfer, 0);
  const receiver = readAddress(frame, to);
  const value = readNumber(frame, amount, BALANCE_BITS);
  frame.assertWritable();
  return moveBalance(frame.run.state, frame.request.contract, receiver, value) ? 1 : 0;
}
