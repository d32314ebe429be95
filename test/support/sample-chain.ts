// Chains made up for tests of stores and state: random values, but every root and link as a real chain has them.
import { compareBytes, concatBytes, textBytes, utf8 } from '@weft/runtime/base/bytes';
import { HASH_OF_NOTHING, sha256 } from '@weft/runtime/base/hash';
import type { StoreBase } from '@weft/runtime/ports/store';
import { createTree } from '@weft/runtime/state/tree';
import { asAddress, asHash32 } from '@weft/runtime/types/address';
import type { Block, BlockRecord, Header, ValueChange } from '@weft/runtime/types/block';
import { headerHash } from '@weft/runtime/types/header-codec';
import { encodeStateKey, fieldId, keyText, type StateKey } from '@weft/runtime/types/key';
import type { Receipt } from '@weft/runtime/types/receipt';
import { receiptRoot, transactionRoot } from '@weft/runtime/types/receipt-codec';

const FIELD = fieldId('sample');
const CONTRACT = sha256(utf8('sample contract'));
const NOTHING = asHash32(HASH_OF_NOTHING);

export interface SampleChain {
  readonly base: StoreBase;
  readonly genesisState: readonly { readonly key: StateKey; readonly value: Uint8Array }[];
  /** Index = height - 1. */
  readonly records: readonly BlockRecord[];
  /** State after each height, by `keyText`; index = height. */
  readonly states: readonly ReadonlyMap<string, Uint8Array>[];
}
export interface SampleOptions {
  readonly seed: number;
  readonly blocks: number;
  /** Transactions a block; each changes one key. */
  readonly transactions: number;
  /** Keys the changes are among. */
  readonly keys: number;
  readonly valueBytes?: number;
}

/** The same options give the same chain. */
export function createSampleChain(options: SampleOptions): SampleChain {
  const random = randomFrom(options.seed);
  const tree = createTree();
  const genesisState = Array.from({ length: Math.ceil(options.keys / 2) }, (_, index) => ({
    key: sampleKey(2 * index),
    value: randomValue(random, options.valueBytes ?? 24),
  }));
  const genesisRoot = tree.apply(genesisState);
  let state = new Map(genesisState.map(({ key, value }) => [keyText(key), value]));
  const states: Map<string, Uint8Array>[] = [state];
  const records: BlockRecord[] = [];
  let parent = asHash32(new Uint8Array(32));
  for (let height = 1; height <= options.blocks; height++) {
    const after = new Map(state);
    const transactions: Uint8Array[] = [];
    const changes: ValueChange[][] = [];
    for (let index = 0; index < options.transactions; index++) {
      transactions.push(utf8(`transaction ${options.seed} ${height} ${index} ${random(1e9)}`));
      changes.push([changeOne(after, sampleKey(random(options.keys)), random, options.valueBytes ?? 24)]);
    }
    const stateDiff = difference(state, after);
    const stateRoot = tree.apply(stateDiff.map(({ key, after: value }) => ({ key, value })));
    const block = sampleBlock(height, parent, stateRoot, transactions);
    records.push({ block, changes, stateDiff, seal: utf8(`seal ${height}`) });
    parent = block.hash;
    state = after;
    states.push(state);
  }
  const base = { height: 0, genesis: utf8(`genesis ${options.seed}`), genesisRoot, header: undefined };
  return { base, genesisState, records, states };
}

function changeOne(
  state: Map<string, Uint8Array>,
  key: StateKey,
  random: (below: number) => number,
  valueBytes: number,
): ValueChange {
  const text = keyText(key);
  const before = state.get(text);
  const after = before !== undefined && random(4) === 0 ? undefined : randomValue(random, valueBytes);
  if (after === undefined) state.delete(text);
  else state.set(text, after);
  return { key, before, after };
}

function difference(
  before: ReadonlyMap<string, Uint8Array>,
  after: ReadonlyMap<string, Uint8Array>,
): ValueChange[] {
  const texts = new Set([...before.keys(), ...after.keys()]);
  return [...texts]
    .filter((text) => before.get(text) !== after.get(text))
    .map((text) => ({ key: textBytes(text), before: before.get(text), after: after.get(text) }))
    .sort((a, b) => compareBytes(a.key, b.key));
}

function sampleBlock(
  height: number,
  parent: Header['parent'],
  stateRoot: Uint8Array,
  transactions: readonly Uint8Array[],
): Block {
  const receipts = transactions.map((bytes, index) => sampleReceipt(sha256(bytes), index));
  const header: Header = {
    protocolVersion: 0,
    genesisHash: asHash32(sha256(utf8('sample genesis'))),
    height,
    time: 1_700_000_000_000 + height,
    parent,
    transactionRoot: transactionRoot(transactions),
    receiptRoot: receiptRoot(receipts),
    eventRoot: NOTHING,
    stateRoot: asHash32(stateRoot),
    parametersHash: NOTHING,
    validatorsHash: NOTHING,
    proposer: asAddress(sha256(utf8('proposer'))),
    gasUsed: 21 * transactions.length,
    criticalPathGas: 21,
    tailGas: 0,
    accessRoot: NOTHING,
    hintsRoot: NOTHING,
  };
  return { header, hash: asHash32(headerHash(header)), transactions, receipts, events: [], hooks: [] };
}

/** The receipt of an included transaction. */
export function sampleReceipt(id: Uint8Array, order: number): Receipt {
  return {
    transaction: asHash32(id),
    status: 'OK',
    phase: 'ordered',
    order,
    attemptGas: 21,
    gasUsed: 21,
    paid: 21n,
    firstEvent: 0,
    eventCount: 0,
    failure: undefined,
    results: [],
  };
}

/** The n-th key samples change. */
export function sampleKey(index: number): StateKey {
  return encodeStateKey(0, CONTRACT, FIELD, [utf8(`${index}`)]);
}

/** A generator of integers below a bound (xorshift32): the same for the same seed. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function randomValue(random: (below: number) => number, length: number): Uint8Array {
  return concatBytes(
    Uint8Array.of(0x10),
    Uint8Array.from({ length: length - 1 }, () => random(256)),
  );
}
