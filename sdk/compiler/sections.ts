// Custom sections at the end of a module: appends ours and drops those a chain has no use for.
import { concatBytes, fromUtf8, utf8 } from '@weft/runtime/base/bytes';

/** Name of the section with the access templates; consensus reads it. */
export const ACCESS_SECTION = 'weft.access';

/** A module of our own compiler without its custom sections, then with the given ones. */
export function withSections(
  wasm: Uint8Array,
  sections: readonly { readonly name: string; readonly payload: Uint8Array }[],
  keep: (name: string) => boolean,
): Uint8Array {
  const parts: Uint8Array[] = [wasm.subarray(0, 8)];
  let at = 8;
  while (at < wasm.length) {
    const start = at;
    const id = wasm[at];
    const [size, body] = readLength(wasm, at + 1);
    at = body + size;
    if (id === 0) {
      const [nameLength, nameAt] = readLength(wasm, body);
      if (!keep(fromUtf8(wasm.subarray(nameAt, nameAt + nameLength)))) continue;
    }
    parts.push(wasm.subarray(start, at));
  }
  for (const { name, payload } of sections) parts.push(encodeSection(name, payload));
  return concatBytes(...parts);
}

function encodeSection(name: string, payload: Uint8Array): Uint8Array {
  const title = utf8(name);
  const body = concatBytes(writeLength(title.length), title, payload);
  return concatBytes(new Uint8Array([0]), writeLength(body.length), body);
}

/** A LEB128 length and where it ends. */
function readLength(bytes: Uint8Array, start: number): [number, number] {
  let value = 0;
  let at = start;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
  }
}

function writeLength(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return new Uint8Array(bytes);
}
