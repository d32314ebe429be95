// How a contract fails: a revert carries an error (selector ‖ Borsh arguments) to the receipt at exact gas.
// The selectors are the first 4 bytes of SHA-256 of the signature beside each; sdk/test/compiler checks them.
import { abort as hostAbort, revert as hostRevert } from './host';

/** `Error(string)`: what `require` says. */
export const ERROR_MESSAGE: u32 = 0x5c9d7363;
/** `BadArguments()`: bytes that are not the method's arguments. */
export const ERROR_ARGUMENTS: u32 = 0x4a0163e6;
/** `UnknownMethod()`. */
export const ERROR_METHOD: u32 = 0xf2c0d32b;
/** `Overflow()`: a checked operation left its type's range, or divided by zero. */
export const ERROR_OVERFLOW: u32 = 0x78a9d01a;
/** `OutOfRange()`: an add to a cell past its bound, or a transfer past a balance. */
export const ERROR_RANGE: u32 = 0x393b710c;
/** `KeyTooLong()`: a storage key above 1 KiB. */
export const ERROR_KEY: u32 = 0x2213c2a9;

/** `TooLong()`: a text, bytes or a list past the `@maxBytes` of its parameter or field. */
export const ERROR_SIZE: u32 = 0xc12fd73e;
/** `NotUpgrade()`: a `@migrate` method called by anybody but an upgrade. */
export const ERROR_UPGRADE: u32 = 0x8f2025b5;

/** Ends the call; everything it did is undone. The message goes to the receipt as `Error(message)`. */
export function require(condition: bool, message: string): void {
  if (!condition) failWith(message);
}

/** Ends the call unless the condition holds, with an `@error` of the contract. */
// @ts-ignore: decorator
@inline export function ensure<E>(condition: bool, error: E): void {
  if (!condition) revert<E>(error);
}

/** Ends the call with an `@error` of the contract. */
export function revert<E>(error: E): void {
  error.__revert();
}

/** Ends the call with a message. */
export function failWith(message: string): void {
  const length = String.UTF8.byteLength(message);
  const at = heap.alloc(8 + length);
  store<u32>(at, ERROR_MESSAGE);
  store<u32>(at, length, 4);
  String.UTF8.encodeUnsafe(changetype<usize>(message), message.length, at + 8, false, String.UTF8.ErrorMode.REPLACE);
  hostRevert(at, 8 + length);
  unreachable();
}

/** Ends the call with an error that has no arguments. */
export function failCode(selector: u32): void {
  const at = heap.alloc(4);
  store<u32>(at, selector);
  hostRevert(at, 4);
  unreachable();
}

export function overflow(): void {
  failCode(ERROR_OVERFLOW);
}

/** Ends the call with encoded bytes: selector(4) ‖ arguments. */
export function failBytes(at: usize, length: usize): void {
  hostRevert(at, <i32>length);
  unreachable();
}

/** What `throw` and a failed `assert` become: a revert whose text stays outside what is hashed. */
export function onAbort(message: string | null, file: string | null, line: u32, column: u32): void {
  const text = (message === null ? 'abort' : message!) + (file === null ? '' : ' in ' + file!);
  const length = String.UTF8.byteLength(text);
  const at = heap.alloc(length);
  String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, at, false, String.UTF8.ErrorMode.REPLACE);
  hostAbort(at, <i32>length, <i32>line, <i32>column);
  unreachable();
}
