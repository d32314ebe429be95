// The state of a height on disk: flat state as it was flushed, then the records between read forward or backward. The
// result is compared with the root in the header of that height before anybody sees it.
import { bytesEqual, toHex } from '../base/bytes.js';
import type { StateEntry, Store } from '../ports/store.js';
import { type ChainState, createChainState, type PresentValue } from '../state/chain-state.js';
import type { Header } from '../types/block.js';
import { decodeGenesis } from '../types/genesis-codec.js';
import { keyText } from '../types/key.js';
import { ChainError } from './errors.js';
import { genesisEntries } from './genesis.js';
import type { Head } from './head.js';
import { headAt } from './open.js';

/** A height's head, every key and value of its state, and the state made of them. */
export interface StoredState {
  readonly head: Head;
  readonly content: readonly PresentValue[];
  readonly state: ChainState;
}

/**
 * Reads all of flat state and every record between its height and `height`. About 15 us a key. Height 0 follows from the
 * genesis alone.
 * @throws CHAIN_HEAD_MISMATCH, STORE_UNKNOWN_HEIGHT, STORE_PRUNED and what the store throws for damage
 */
export async function stateAt(store: Store, height: number): Promise<StoredState> {
  const head = await headAt(store, height);
  const content = [...(height === 0 ? await genesisContent(store) : await contentAt(store, height)).values()];
  const state = createChainState(height, content);
  assertStateRoot(head.header, state.root());
  return { head, content, state };
}

/** @throws CHAIN_HEAD_MISMATCH */
export function assertStateRoot({ stateRoot, height }: Header, root: Uint8Array): void {
  if (bytesEqual(root, stateRoot)) return;
  const place = `state root at height ${height}`;
  throw new ChainError('CHAIN_HEAD_MISMATCH', { expected: toHex(stateRoot), got: toHex(root), place });
}

type Content = Map<string, PresentValue>;

async function genesisContent(store: Store): Promise<Content> {
  const genesis = decodeGenesis((await store.base()).genesis);
  const content: Content = new Map();
  for (const { key, value } of genesisEntries(genesis)) content.set(keyText(key), { key, value });
  return content;
}

async function contentAt(store: Store, height: number): Promise<Content> {
  const { flushed, entries } = await openFlat(store);
  const content: Content = new Map();
  for await (const { key, value } of entries)
    if (value !== undefined) content.set(keyText(key), { key, value });
  const put = (key: Uint8Array, value: Uint8Array | undefined): void => {
    if (value === undefined) content.delete(keyText(key));
    else content.set(keyText(key), { key, value });
  };
  for await (const { stateDiff } of store.records(flushed + 1, height)) {
    for (const { key, after } of stateDiff) put(key, after);
  }
  for (let at = flushed; at > height; at--) {
    for (const { key, before } of (await store.record(at)).stateDiff) put(key, before);
  }
  return content;
}

/** Flat state being read; whoever does not come to its end calls `return`. */
interface FlatEntries extends AsyncIterableIterator<StateEntry> {
  return(): Promise<IteratorResult<StateEntry>>;
}

/** Flat state and its height; no later flush shows in it. */
export async function openFlat(
  store: Store,
): Promise<{ readonly flushed: number; readonly entries: FlatEntries }> {
  for (;;) {
    const flushed = await store.flushedHeight();
    const rest = store.entries()[Symbol.asyncIterator]();
    const first = await rest.next();
    if (flushed === (await store.flushedHeight())) return { flushed, entries: startingWith(first, rest) };
    // A chain that runs has flushed in between: the entries may be of another height, and are asked for again.
    await rest.return?.();
  }
}

function startingWith(first: IteratorResult<StateEntry>, rest: AsyncIterator<StateEntry>): FlatEntries {
  let held: IteratorResult<StateEntry> | undefined = first;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const result = held ?? (await rest.next());
      held = undefined;
      return result;
    },
    async return() {
      await rest.return?.();
      return { done: true, value: undefined };
    },
  };
}
