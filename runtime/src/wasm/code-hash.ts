// What identifies code on the chain, and our custom sections. The hash covers the uploaded bytes, never instrumented
// ones, so it outlives every change of prices.
import { concatBytes } from '../base/bytes.js';
import { sha256 } from '../base/hash.js';
import { WasmError } from './errors.js';
import type { CustomSection } from './module.js';
import { readSections } from './read-module.js';

/** Access templates; consensus, part of the code hash. */
export const ACCESS_SECTION = 'weft.access';
/** The ABI for people and clients; not hashed, never read by the chain. */
export const ABI_SECTION = 'weft.abi';

/**
 * SHA-256 of the module without its custom sections but `weft.access`, which stands last: header, sections as
 * uploaded, then that one whole (id, size, name, payload). What is hashed is again a module, so it cannot be read two ways.
 * @throws WASM_MALFORMED, WASM_FEATURE, WASM_SECTION_TWICE
 */
export function codeHash(bytes: Uint8Array): Uint8Array {
  const { sections, customs } = readSections(bytes);
  const access = findOnce(customs, ACCESS_SECTION);
  const parts = [{ start: 0, end: 8 }, ...sections, ...(access === undefined ? [] : [access])];
  return sha256(concatBytes(...parts.map(({ start, end }) => bytes.subarray(start, end))));
}

/**
 * The payload of a custom section as a view of `bytes`, or undefined.
 * @throws WASM_SECTION_TWICE when the name stands twice; WASM_MALFORMED, WASM_FEATURE
 */
export function customSection(bytes: Uint8Array, name: string): Uint8Array | undefined {
  const section = findOnce(readSections(bytes).customs, name);
  return section && bytes.subarray(section.payload, section.end);
}

function findOnce(customs: readonly CustomSection[], name: string): CustomSection | undefined {
  const [section, twice] = customs.filter((custom) => custom.name === name);
  if (twice) throw new WasmError('WASM_SECTION_TWICE', { section: name, place: `offset ${twice.start}` });
  return section;
}
