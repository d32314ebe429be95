// What the names of cached code hold beside prices and versions: the engine with its flags, the machine, and the very
// instrumenter that runs, so that one changed without a new version number never meets the entries of another.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cachedDataVersionTag } from 'node:v8';
import { concatBytes, toHex } from '../base/bytes.js';
import { sha256 } from '../base/hash.js';

/** The tag, or undefined where the instrumenter's own files cannot be read: nothing is cached then. */
export function buildTag(): string | undefined {
  try {
    const folder = fileURLToPath(new URL('../wasm/', import.meta.url));
    const files = readdirSync(folder).filter((file) => file.endsWith('.js'));
    const hashes = files.sort().map((file) => sha256(readFileSync(`${folder}/${file}`)));
    if (hashes.length === 0) return undefined;
    const { v8 } = process.versions;
    return `${v8} ${cachedDataVersionTag()} ${process.arch} ${toHex(sha256(concatBytes(...hashes)))}`;
  } catch {
    return undefined;
  }
}
