// Hashed keys as bit strings, held as eight 32-bit words whose numbers are big-endian: bit 0 is the highest of word 0,
// so bit order is word order is byte order.

/** Words of a hashed key. */
export const KEY_WORDS = 8;

/** Bit 0..255 of the key that begins at word `at`. */
export function bitAt(words: Int32Array, at: number, bit: number): 0 | 1 {
  return ((words[at + (bit >> 5)]! >>> (31 - (bit & 31))) & 1) as 0 | 1;
}

/** Length of the common prefix of two keys in bits; 256 when they are equal. */
export function sharedBits(a: Int32Array, atA: number, b: Int32Array, atB: number): number {
  for (let index = 0; index < KEY_WORDS; index++) {
    const difference = a[atA + index]! ^ b[atB + index]!;
    if (difference !== 0) return 32 * index + Math.clz32(difference);
  }
  return 256;
}

/** Bits a window holds. */
export const WINDOW_BITS = 24;

/** The 24 bits before `bit` as a number; bits before the first one are 0. */
export function windowBefore(words: Int32Array, at: number, bit: number): number {
  const word = bit >> 5;
  const rest = bit & 31;
  const before = word === 0 ? 0 : words[at + word - 1]!;
  if (rest === 0) return before & 0xff_ffff;
  return ((before << rest) | (words[at + word]! >>> (32 - rest))) & 0xff_ffff;
}

/** Words of 32 bytes. */
export function toWords(bytes: Uint8Array): Int32Array {
  const words = new Int32Array(KEY_WORDS);
  for (let index = 0; index < KEY_WORDS; index++) words[index] = wordAt(bytes, 4 * index);
  return words;
}

/** The word whose bytes begin at `at`. */
export function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

/** The word of the same four bytes in reverse: between a big-endian number and the machine's word, both ways. */
export function swapped(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}

/** The 32 bytes of the key that begins at word `at`. */
export function toBytes(words: Int32Array, at: number): Uint8Array {
  const bytes = new Uint8Array(4 * KEY_WORDS);
  writeWords(words, at, bytes, 0);
  return bytes;
}

/** Writes a key's 32 bytes. */
export function writeWords(words: Int32Array, at: number, target: Uint8Array, offset: number): void {
  for (let index = 0; index < KEY_WORDS; index++) {
    const word = words[at + index]!;
    target[offset + 4 * index] = word >>> 24;
    target[offset + 4 * index + 1] = word >>> 16;
    target[offset + 4 * index + 2] = word >>> 8;
    target[offset + 4 * index + 3] = word;
  }
}
