// The byte vectors of a page of runtime/docs/spec: fenced blocks opened by "```hex name". `#` starts a comment, blanks
// separate, `11*32` is the byte 11 thirty-two times.
import { readFileSync } from 'node:fs';
import { fromHex } from '@weft/runtime/base/bytes';

const BLOCK = /^```hex ([\w-]+)\n([\s\S]*?)^```$/gm;

/** Vectors by name. */
export function pageVectors(page: string): Map<string, Uint8Array> {
  const text = readFileSync(new URL(`../../docs/spec/${page}.md`, import.meta.url), 'utf8');
  const vectors = new Map<string, Uint8Array>();
  for (const [, name, body] of text.matchAll(BLOCK)) {
    if (vectors.has(name!)) throw new Error(`${page}.md names the vector ${name} twice`);
    vectors.set(name!, assemble(body!));
  }
  return vectors;
}

function assemble(body: string): Uint8Array {
  const tokens = body.replaceAll(/#.*$/gm, '').split(/\s+/).filter(Boolean);
  const hex = tokens.map((token) => {
    const [bytes, times] = token.split('*') as [string, string | undefined];
    return bytes.repeat(Number(times ?? 1));
  });
  return fromHex(hex.join(''));
}
