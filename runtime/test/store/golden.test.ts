// The bytes of everything a store, a snapshot and a checkpoint put on disk beside records: cut once and kept, so that no change of
// them goes unnoticed. WEFT_GOLDEN=write cuts them anew, in a commit that says so.
import { readFileSync, writeFileSync } from 'node:fs';
import { toHex, utf8 } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import { decodeManifest, encodeChunk, encodeManifest } from '@weft/runtime/chain/snapshot/format';
import type { CheckpointFile } from '@weft/runtime/ports/checkpoint';
import { chainStateOf, createChainTree } from '@weft/runtime/state/chain-state';
import { writeCheckpoint } from '@weft/runtime/state/checkpoint';
import { decodeBase, encodeBase } from '@weft/runtime/store/level/base-file';
import { packEntries, unpackEntries } from '@weft/runtime/store/level/entry-codec';
import { decodeFrame, encodeFrame } from '@weft/runtime/store/level/frame';
import { decodeSlot, encodeSlot } from '@weft/runtime/store/level/head-file';
import {
  decodeFlush,
  decodeMarker,
  encodeFlush,
  encodeMarker,
  flatRow,
  flushRow,
  readTransactionRow,
  rowChecksum,
  transactionRow,
} from '@weft/runtime/store/level/rows';
import { decodeFooter, encodeFooter } from '@weft/runtime/store/level/segment-footer';
import { encodeHeader } from '@weft/runtime/types/header-codec';
import { encodeStateKey, fieldId } from '@weft/runtime/types/key';
import { expect, it } from 'vitest';
import * as sample from '../types/samples.js';

const FILE = new URL('../../../test/golden/store.json', import.meta.url);
const filled = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const keyOf = (n: number) => encodeStateKey(0, filled(3), fieldId('f'), [Uint8Array.of(n)]);
const entries = [1, 2, 3].map((n) => ({ key: keyOf(n), value: Uint8Array.of(16, n, n) }));
const { header } = sample;

const base = { height: 7, genesis: utf8('genesis'), genesisRoot: filled(1), header: encodeHeader(header) };
const frame = { height: 8, transactions: 2, previous: filled(2), payload: utf8('payload') };
const footer = { first: 3, previous: filled(4), last: filled(5), lengths: [200, 121, 70_000] };
const slot = { height: 9, checksum: filled(6), oldest: 4 };
const marker = { flushed: 12, since: 5 };
const place = { height: 300, index: 70_000, included: true };
const chunk = encodeChunk(2, entries, [{ siblingIsLeft: true, sibling: filled(7) }]);
const manifest = {
  header,
  seal: filled(8),
  genesis: utf8('genesis'),
  genesisRoot: filled(9),
  keys: 3,
  prefixBits: 2,
  chunks: [{ prefix: 2, keys: 3, bytes: chunk.length, hash: sha256(chunk) }],
};

/** Every format by name: its bytes, and what reading them gives back. */
const FORMATS: Readonly<Record<string, readonly [bytes: Uint8Array, read: unknown, expected: unknown]>> = {
  base: [
    encodeBase(base).bytes,
    decodeBase(encodeBase(base).bytes),
    { ...base, checksum: encodeBase(base).checksum },
  ],
  frame: [
    encodeFrame(frame).bytes,
    decodeFrame(encodeFrame(frame).bytes, 8),
    { ...frame, checksum: encodeFrame(frame).checksum },
  ],
  footer: [encodeFooter(footer), decodeFooter(encodeFooter(footer).slice(0, -4)), footer],
  slot: [encodeSlot(slot), decodeSlot(encodeSlot(slot)), slot],
  marker: [encodeMarker(marker), decodeMarker(encodeMarker(marker)), marker],
  flushRow: [flushRow(9), decodeFlush(flushRow(9), encodeFlush(6)), { from: 6, to: 9 }],
  flush: [encodeFlush(6), undefined, undefined],
  flatRow: [flatRow(keyOf(1)), undefined, undefined],
  transactionRow: [
    transactionRow(filled(10), place),
    readTransactionRow(transactionRow(filled(10), place), rowChecksum(transactionRow(filled(10), place))),
    place,
  ],
  rowChecksum: [rowChecksum(utf8('row')), undefined, undefined],
  entries: [packEntries(entries), [...unpackEntries(packEntries(entries))], entries],
  snapshotChunk: [chunk, undefined, undefined],
  snapshotManifest: [encodeManifest(manifest), decodeManifest(encodeManifest(manifest)), manifest],
};

it('what is on disk beside records has the bytes it was published with', async () => {
  for (const [name, [, read, expected]] of Object.entries(FORMATS)) expect(read, name).toEqual(expected);
  const bytes: Record<string, string> = Object.fromEntries(
    Object.entries(FORMATS).map(([name, [own]]) => [name, toHex(own)]),
  );
  bytes['checkpoint'] = toHex(await checkpointBytes());
  if (process.env['WEFT_GOLDEN'] === 'write') writeFileSync(FILE, `${JSON.stringify(bytes, null, 2)}\n`);
  expect(bytes).toEqual(JSON.parse(readFileSync(FILE, 'utf8')));
});

/** A checkpoint of the three entries, by way of a file in memory. */
async function checkpointBytes(): Promise<Uint8Array> {
  const tree = createChainTree();
  tree.apply(entries);
  let bytes = new Uint8Array(0);
  const file: CheckpointFile = {
    open: async () => undefined,
    write: async (pieces) => {
      for await (const piece of pieces) bytes = Uint8Array.from([...bytes, ...piece]);
    },
    remove: async () => undefined,
  };
  expect(await writeCheckpoint(file, chainStateOf(7, tree), [keyOf(9)])).toBe(true);
  return bytes;
}
