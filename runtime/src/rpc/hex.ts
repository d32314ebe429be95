// Hexadecimal at the edge, where most of a read's time would go into it: Node's own routine one way, and room that is
// asked for once in many reads the other way.
import { fromHexTail, hexInto } from '../base/bytes.js';

/** Past 64 bytes a byte string of its own costs more than all the rest of reading it. */
const OWN_BYTES = 64;
const SLAB_BYTES = 8192;
/** What shares a slab keeps all of it: longer ones do not pay for that. */
const SHARED_BYTES = 1024;

type HexSlice = (this: Uint8Array, from: number, to: number) => string;
type HexWrite = (this: Uint8Array, text: string, from: number, length: number) => number;
const { hexSlice, hexWrite } = Buffer.prototype as unknown as {
  readonly hexSlice: HexSlice;
  readonly hexWrite: HexWrite;
};
/** What Node's routine may be given: of other characters it takes some for digits, and capitals are none here. */
const LOWER_HEX = /^0x[0-9a-f]*$/;

let slab = new Uint8Array(SLAB_BYTES);
let taken = 0;

/** 0x and two lower-case digits a byte. */
export function hexJson(bytes: Uint8Array): string {
  return `0x${hexSlice.call(bytes, 0, bytes.length)}`;
}

/** The bytes of a text from its third character on; long ones in half the time. @throws CODEC_HEX */
export function ownBytes(text: string): Uint8Array {
  const length = (text.length - 2) / 2;
  if (length <= OWN_BYTES || !Number.isInteger(length) || !LOWER_HEX.test(text)) return fromHexTail(text, 2);
  const bytes = new Uint8Array(length);
  hexWrite.call(bytes, text.slice(2), 0, length);
  return bytes;
}

/** The bytes of a text from its third character on, for the time of one call: not to be kept. @throws CODEC_HEX */
export function passingBytes(text: string): Uint8Array {
  const length = (text.length - 2) >> 1;
  if (length <= OWN_BYTES || length > SHARED_BYTES) return fromHexTail(text, 2);
  if (taken + length > SLAB_BYTES) {
    slab = new Uint8Array(SLAB_BYTES);
    taken = 0;
  }
  const bytes = new Uint8Array(slab.buffer, taken, length);
  taken += length;
  return hexInto(bytes, text, 2);
}
