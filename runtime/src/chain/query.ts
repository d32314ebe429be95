// What is asked of the chain by people and clients: the newest state, and recorded blocks.
import { bytesText, concatBytes, fromUtf8 } from '../base/bytes.js';
import type { HistoryIndex } from '../ports/history-index.js';
import type { Mempool } from '../ports/mempool.js';
import type { ChainQuery, PendingStatus, TransactionLocation, WireLocation } from '../ports/query.js';
import type { Store } from '../ports/store.js';
import { asAddress, asHash32 } from '../types/address.js';
import type { Block } from '../types/block.js';
import { proveField, proveItem } from '../types/block-proof.js';
import type { ExplainRecord } from '../types/explain-record.js';
import { headerFieldPath } from '../types/header-codec.js';
import { asStateKey, keyOfImage } from '../types/key.js';
import type { ReadState } from '../types/outcome.js';
import type { RunNotes, TransactionTrace } from '../types/run-notes.js';
import {
  balanceImage,
  codeChunkKey,
  codeKey,
  contractKey,
  decodeCodeRecord,
  decodeContractRecord,
  nonceKey,
} from '../types/system.js';
import type { SignedTransaction } from '../types/transaction.js';
import { decodeTransaction } from '../types/transaction-codec.js';
import { decodeCell, decodeValue } from '../types/value.js';
import { customSection } from '../wasm/code-hash.js';
import type { Chain } from './chain.js';
import { ChainError, QueryError } from './errors.js';
import { createGasPrices, poolStatus } from './gas-prices.js';
import { accountPage, eventPage, type HistorySource } from './history-pages.js';
import type { OpenChain } from './open.js';

const BLOCKS_KEPT = 4;

export interface QueryOptions {
  readonly chain: Chain;
  readonly store: Store;
  readonly mempool: Mempool;
  /** Where there is no index, history is found by reading blocks. */
  readonly history?: { readonly index: HistoryIndex | undefined };
  /** Most gas of one `call`; default 200,000,000. */
  readonly callGasMax?: number;
}

/** The query port over a chain and its store. @throws CHAIN_NO_GENESIS from every method of an empty chain */
export function createQuery(options: QueryOptions): ChainQuery {
  const { chain, store, mempool } = options;
  const callGasMax = options.callGasMax ?? 200_000_000;
  const opened = (): OpenChain => {
    if (chain.opened === undefined) throw new ChainError('CHAIN_NO_GENESIS');
    return chain.opened;
  };
  const readBlock = createBlockReader(store);
  const prices = createGasPrices(chain, mempool);
  const explain = keepExplained((height) => chain.explain(height));
  return {
    status: () => statusOf(opened(), mempool, chain.workers),
    block: async (height) => readBlock(opened(), height),
    transaction: async (id) => findTransaction(opened(), store, readBlock, id),
    wire: async (id) => findWire(opened(), { store, mempool, readBlock }, id),
    state: (key) => opened().state.read(asStateKey(key)),
    stateAt: async (key, height) => (await chain.readAt(height))(asStateKey(key)),
    parameters: () => chain.parameters(),
    async prove(key, asked) {
      const height = asked ?? opened().head.header.height;
      // Before the block is read: the window moves on meanwhile.
      const proof = opened().state.proveAt(asStateKey(key), height);
      const { header, hash } = await readBlock(opened(), height);
      const { stateRoot } = header;
      return { height, hash, stateRoot, proof, headerPath: headerFieldPath(header, 'stateRoot') };
    },
    async proveItem(part, index, height) {
      return proveItem(await readBlock(opened(), height ?? opened().head.header.height), part, index);
    },
    async proveField(field, height) {
      return proveField(await readBlock(opened(), height ?? opened().head.header.height), field);
    },
    nextSequence: (sender, lane) => decodeCell(1, opened().state.read(nonceKey(sender, lane))),
    balance: (address) => decodeCell(2, opened().state.read(keyOfImage(balanceImage(address)))),
    contract: (address) => readContract(opened().state.read, address),
    code: (codeHash) => readCode(opened().state.read, codeHash),
    mempool: () => poolStatus(mempool, chain.parameters().gasPriceMin),
    gasPrices: prices,
    pendingOf: (sender) => mempool.pendingOf(sender),
    async call(request, height) {
      assertGas(request.gasLimit, callGasMax);
      const outcome = await chain.view(request, height);
      return opened().genesis.dev ? outcome : { ...outcome, logs: [] };
    },
    async simulate(request, height) {
      assertGas(request.gasLimit, callGasMax);
      const outcome = await chain.simulate(request, height);
      return opened().genesis.dev ? outcome : { ...outcome, notes: { ...outcome.notes, logs: [] } };
    },
    async pending(id) {
      const transaction = mempool.get(id);
      return transaction && standingOf(transaction, chain, callGasMax);
    },
    ...historyQueries(options, opened, readBlock),
    explain: async (height) => {
      const { hash } = await readBlock(opened(), height);
      return explain(height, hash);
    },
    async trace(id) {
      const place = await placeOf(opened(), store, id);
      if (place === undefined) return undefined;
      const trace = (await chain.trace(place.height, place.index))[place.index];
      return trace && (opened().genesis.dev ? trace : withoutLogs(trace));
    },
    async traceBlock(height) {
      const traces = await chain.trace(height);
      return opened().genesis.dev ? traces : traces.map(withoutLogs);
    },
  };
}

function historyQueries(
  { store, history }: QueryOptions,
  opened: () => OpenChain,
  readBlock: ReturnType<typeof createBlockReader>,
): Pick<ChainQuery, 'events' | 'accountHistory'> {
  const source = async (): Promise<HistorySource> => ({
    head: opened().head.header.height,
    oldest: await store.oldest(),
    index: history?.index,
    block: async (height) => readBlock(opened(), height),
  });
  return {
    events: async (filter, range) => eventPage(await source(), filter, range),
    accountHistory: async (account, range) => accountPage(await source(), account, range),
  };
}

/** Why it waits; what a stray lacks is found by simulation, here and now. */
async function standingOf(
  transaction: SignedTransaction,
  chain: Chain,
  gasMax: number,
): Promise<PendingStatus> {
  const wait = chain.waitOf(transaction);
  if (wait?.reason !== 'ACCESS_VIOLATION') {
    return { transaction, wait: wait && { ...wait, missing: [] } };
  }
  const { sender, calls, extraAccess } = transaction;
  const gasLimit = Math.min(transaction.gasLimit, gasMax);
  const { missing } = await chain.simulate({ sender, calls, extraAccess, gasLimit });
  return { transaction, wait: { ...wait, missing } };
}

/** What contracts write to the console is for development. */
function withoutLogs(trace: TransactionTrace): TransactionTrace {
  const quiet = (notes: RunNotes | undefined): RunNotes | undefined =>
    notes && {
      ...notes,
      logs: [],
      ...(notes.steps && { steps: notes.steps.filter(({ kind }) => kind !== 'log') }),
    };
  const { notes } = trace;
  return { ...trace, notes: notes && { ...notes, ordered: quiet(notes.ordered), tail: quiet(notes.tail) } };
}

/** Explained blocks by hash, the last few kept: one block's transactions are often asked about together. */
function keepExplained(
  explain: (height: number) => Promise<ExplainRecord>,
): (height: number, hash: Uint8Array) => Promise<ExplainRecord> {
  const kept = new Map<string, Promise<ExplainRecord>>();
  return (height, hash) => {
    const name = bytesText(hash);
    const known = kept.get(name);
    if (known !== undefined) return known;
    const record = explain(height);
    kept.set(name, record);
    record.catch(() => kept.delete(name));
    const [oldest] = kept.keys();
    if (kept.size > BLOCKS_KEPT && oldest !== undefined) kept.delete(oldest);
    return record;
  };
}

function assertGas(got: number, most: number): void {
  if (got >= 1 && got <= most) return;
  throw new QueryError('QUERY_GAS', { expected: `1 to ${most}`, got, place: 'gasLimit' });
}

/** Reads recorded blocks, the last few kept decoded: receipts of one block are often asked for together. */
function createBlockReader(store: Store): (chain: OpenChain, height: number) => Promise<Block> {
  // A revert makes another chain of it, whose blocks are others.
  const keptOf = new WeakMap<OpenChain, Map<number, Promise<Block>>>();
  return async (chain, height) => {
    const { genesisHead, head } = chain;
    const kept = keptOf.get(chain) ?? new Map<number, Promise<Block>>();
    keptOf.set(chain, kept);
    const newest = head.header.height;
    if (height === 0) return { ...genesisHead, transactions: [], receipts: [], events: [], hooks: [] };
    if (height < 0 || height > newest) {
      throw new QueryError('QUERY_UNKNOWN_HEIGHT', { expected: `0 to ${newest}`, got: height });
    }
    const known = kept.get(height);
    if (known !== undefined) return known;
    const block = store.record(height).then((record) => record.block);
    kept.set(height, block);
    block.catch(() => kept.delete(height));
    const [oldest] = kept.keys();
    if (kept.size > BLOCKS_KEPT && oldest !== undefined) kept.delete(oldest);
    return block;
  };
}

function statusOf(
  { genesis, genesisHash, head }: OpenChain,
  pool: Pick<Mempool, 'size' | 'bytes'>,
  workers: number,
): ReturnType<ChainQuery['status']> {
  const { chainName, dev } = genesis;
  const { protocolVersion, height, stateRoot, time } = head.header;
  const mempool = { count: pool.size, bytes: pool.bytes };
  const { hash } = head;
  return { chainName, genesisHash, dev, protocolVersion, height, hash, stateRoot, time, mempool, workers };
}

interface WireSources {
  readonly store: Store;
  readonly mempool: Pick<Mempool, 'get'>;
  readonly readBlock: (chain: OpenChain, height: number) => Promise<Block>;
}

async function findWire(
  chain: OpenChain,
  { store, mempool, readBlock }: WireSources,
  id: Uint8Array,
): Promise<WireLocation | undefined> {
  const pending = mempool.get(id);
  if (pending !== undefined) return { height: undefined, index: undefined, transaction: pending };
  const place = await placeOf(chain, store, id);
  if (place === undefined) return undefined;
  const bytes = (await readBlock(chain, place.height)).transactions[place.index];
  return bytes && { ...place, transaction: decodeTransaction(bytes) };
}

async function placeOf(
  chain: OpenChain,
  store: Store,
  id: Uint8Array,
): Promise<{ readonly height: number; readonly index: number } | undefined> {
  const place = await store.locate(id);
  return place === undefined || place.height > chain.head.header.height ? undefined : place;
}

async function findTransaction(
  chain: OpenChain,
  store: Store,
  readBlock: (chain: OpenChain, height: number) => Promise<Block>,
  id: Uint8Array,
): Promise<TransactionLocation | undefined> {
  const place = await placeOf(chain, store, id);
  if (place === undefined) return undefined;
  const block = await readBlock(chain, place.height);
  const receipt = block.receipts[place.index];
  if (receipt === undefined) return undefined;
  const events = block.events.slice(receipt.firstEvent, receipt.firstEvent + receipt.eventCount);
  return { ...place, receipt, events };
}

/** Code hash and ABI of a contract in a state. */
export function readContract(read: ReadState, address: Uint8Array): ReturnType<ChainQuery['contract']> {
  const stored = read(contractKey(asAddress(address)));
  if (stored === undefined) return undefined;
  const { codeHash } = decodeContractRecord(stored);
  const code = readCode(read, codeHash);
  const abi = code && customSection(code, 'weft.abi');
  return { codeHash, abi: abi && fromUtf8(abi) };
}

/** The module of a code hash in a state, put together from its chunks. */
export function readCode(read: ReadState, codeHash: Uint8Array): Uint8Array | undefined {
  const hash = asHash32(codeHash);
  const record = read(codeKey(hash));
  if (record === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for (let index = 0; index < decodeCodeRecord(record).chunks; index++) {
    const chunk = read(codeChunkKey(hash, index));
    if (chunk === undefined) return undefined;
    chunks.push(decodeValue('CODE_CHUNK', chunk));
  }
  return concatBytes(...chunks);
}
