// Hashed keys as bit strings: bit 0 is the highest of byte 0, so bit order is byte order.

/** Bit 0..255 of a 32-byte key. */
export function bitAt(key: Uint8Array, bit: number): 0 | 1 {
  return ((key[bit >> 3]! >> (7 - (bit & 7))) & 1) as 0 | 1;
}

/** Length of the common prefix of two 32-byte keys in bits; 256 when they are equal. */
export function sharedBits(a: Uint8Array, b: Uint8Array): number {
  for (let index = 0; index < 32; index++) {
    const difference = a[index]! ^ b[index]!;
    if (difference !== 0) return 8 * index + Math.clz32(difference) - 24;
  }
  return 256;
}
