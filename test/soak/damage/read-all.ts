// Everything a reader can learn of a data folder, as one hash: whatever is damaged, it is this or a coded error.
import { join } from 'node:path';
import { toHex } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import { openChain } from '@weft/runtime/chain/open';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import { keyText } from '@weft/runtime/types/key';
import { encodeBlockRecord } from '@weft/runtime/types/record-codec';
import type { RealChain } from '../../support/real-chain.js';

/** The hash of a store that holds no chain. */
export const EMPTY = 'empty';

export interface Content {
  readonly head: number;
  readonly hash: string;
}

/** @throws the coded errors of store, state and chain */
export async function readAll(folder: string, chain: RealChain): Promise<Content> {
  const store = await openLevelStore(join(folder, 'store'), { thread: false });
  try {
    const seen: string[] = [toHex((await store.genesis()) ?? new Uint8Array(0))];
    if (seen[0] === '') return { head: 0, hash: EMPTY };
    const opened = await openChain(store);
    const head = opened.head.header.height;
    seen.push(toHex(opened.head.hash), toHex(opened.state.root()), `${opened.state.size}`);
    for (const { key } of chain.records.flatMap((record) => record.stateDiff)) {
      const value = opened.state.read(key as Parameters<typeof opened.state.read>[0]);
      seen.push(keyText(key as Parameters<typeof keyText>[0]), value ? toHex(value) : 'absent');
    }
    for (let height = await store.oldest(); height <= head; height++)
      seen.push(toHex(sha256(encodeBlockRecord(await store.record(height)))));
    for (const { block } of chain.records) {
      for (const { transaction } of block.receipts)
        seen.push(JSON.stringify(await store.locate(transaction)));
    }
    return { head, hash: toHex(sha256(new TextEncoder().encode(seen.join(' ')))) };
  } finally {
    await store.close();
  }
}
