// Names that generated code and the compiler agree on.
export const LIBRARY_PATH = '@weft/sdk/assembly';
export const DISPATCH_PATH = `${LIBRARY_PATH}/dispatch`;
/** Base classes contracts may extend: compiled like the author's own files. */
export const BASES_PATH = `${LIBRARY_PATH}/bases/`;
/** Prefix of the library's internal element names. */
export const LIBRARY_PREFIX = `~lib/${LIBRARY_PATH}/`;
/** The generated entry; it stands beside the contract's own entry. */
export const ENTRY_PATH = '__entry.ts';

/** The generated method that decodes, calls and encodes. */
export function thunkName(method: string): string {
  return `__weft_${method}`;
}

/** The generated static method of an event that writes it from its values. */
export const EMIT_VALUES = '__emit_values';

/** 8 bytes as an AssemblyScript literal whose little-endian store gives the same bytes. */
export function bytesToU64Literal(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  return `0x${view.getBigUint64(0, true).toString(16)}`;
}

/** Of a module of functions: the class id of Uint8Array, which makes one from outside. */
export const BYTES_ID = '__weft_bytes';
