// What a node knows besides status, receipts and runs: heads, parameters, transactions, raw state, code, the pool, and past
// events and transactions in pages. Forms are those of runtime/docs/spec/rpc.md.
import { fromHex, toHex } from '@weft/runtime/base/bytes';
import type { BlockJson, EventJson, ExtraAccessJson, ReceiptJson } from './node-client.js';
import type { Transport } from './transport.js';

/** A block without what is in it. */
export type HeadJson = Pick<BlockJson, 'hash' | 'header' | 'transactionCount'>;

/** A transaction, decoded. Amounts are decimal text, bytes 0x hex. */
export interface TransactionJson {
  readonly id: string;
  readonly wireHash: string;
  readonly bytes: string;
  readonly sender: string;
  readonly payer: string | null;
  readonly nonce:
    | { readonly lane: number; readonly sequence: string }
    | { readonly expiring: string; readonly expiry: number };
  readonly gasLimit: number;
  readonly gasPrice: string;
  readonly expiry: number;
  readonly calls: readonly {
    readonly contract: string;
    readonly selector: number;
    readonly args: string;
    readonly value: string;
  }[];
  readonly extraAccess: readonly ExtraAccessJson[];
}
/** A transaction with its place; undefined: it is pending. */
export interface PlacedTransaction {
  readonly height: number | undefined;
  readonly index: number | undefined;
  readonly transaction: TransactionJson;
}
/** Where a pending transaction stands; `wait`: why the last proposal left it out, if it did. */
export interface PendingJson {
  readonly id: string;
  readonly wait: {
    readonly reason: string;
    readonly height: number;
    readonly missing: readonly ExtraAccessJson[];
  } | null;
}
export interface PoolState {
  readonly count: number;
  readonly bytes: number;
  readonly countMax: number;
  readonly bytesMax: number;
  readonly senderCountMax: number;
  /** What a new transaction must pay at least now. */
  readonly gasPriceMin: bigint;
}
/** Gas prices that get into the next block, the one after, some later one. */
export interface FeeEstimate {
  readonly next: bigint;
  readonly soon: bigint;
  readonly later: bigint;
  readonly pendingGas: number;
  readonly blockGasMax: number;
}
/** Which events; absent parts match all. `topics`: by place, the values an indexed field may have. */
export interface EventFilterAsk {
  readonly contract?: string;
  /** 8 bytes. */
  readonly event?: Uint8Array;
  readonly topics?: readonly (readonly Uint8Array[])[];
}
/** Which part of history; heights default to all that are kept. */
export interface HistoryAsk {
  readonly from?: number;
  readonly to?: number;
  /** `next` of the page before. */
  readonly cursor?: string;
  /** Items of a page; default 100, at most 1,000. */
  readonly limit?: number;
  readonly order?: 'oldest' | 'newest';
}
/** `next`: undefined where there is nothing more up to the height `to`. A page may be empty and not the last. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
  readonly to: number;
}
export interface PastEvent extends EventJson {
  readonly height: number;
  /** In effective order over the block. */
  readonly index: number;
  readonly transactionId: string | null;
}
export interface AccountTransaction {
  readonly height: number;
  readonly index: number;
  readonly roles: readonly ('sender' | 'payer')[];
  readonly receipt: ReceiptJson;
}

/** Every method @throws CLIENT_TRANSPORT, CLIENT_ANSWER, CLIENT_RPC. */
export interface NodeQueries {
  /** Headers of consecutive blocks, newest first; default: the newest 20. */
  heads(height?: number, count?: number): Promise<readonly HeadJson[]>;
  /** Chain parameters by name; prices as decimal text. */
  parameters(): Promise<Readonly<Record<string, number | string>>>;
  /** Undefined: nobody knows it. */
  transaction(id: string): Promise<PlacedTransaction | undefined>;
  /** The stored value, header byte included; default: at the newest height. */
  state(key: Uint8Array, height?: number): Promise<Uint8Array | undefined>;
  code(codeHash: string): Promise<Uint8Array | undefined>;
  pending(id: string): Promise<PendingJson | undefined>;
  pendingOf(address: string): Promise<readonly TransactionJson[]>;
  mempool(): Promise<PoolState>;
  estimateFee(): Promise<FeeEstimate>;
  /** One page of past events, oldest first unless asked otherwise. */
  events(filter: EventFilterAsk, range?: HistoryAsk): Promise<Page<PastEvent>>;
  /** One page of what an account sent or paid for, newest first unless asked otherwise. */
  accountHistory(address: string, range?: HistoryAsk): Promise<Page<AccountTransaction>>;
}

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;
const bytesOf = (text: string | null | undefined): Uint8Array | undefined =>
  text === null || text === undefined ? undefined : fromHex(text.slice(2));

interface PageJson {
  readonly next: string | null;
  readonly to: number;
}

/** The parameters of a filter as a node takes them. */
export function eventFilterJson({ contract, event, topics }: EventFilterAsk): Record<string, unknown> {
  return {
    ...(contract === undefined ? {} : { contract }),
    ...(event === undefined ? {} : { event: hex(event) }),
    ...(topics === undefined ? {} : { topics: topics.map((values) => values.map(hex)) }),
  };
}

export function createNodeQueries(transport: Transport): NodeQueries {
  const ask = <T>(method: string, params: Readonly<Record<string, unknown>> = {}) =>
    transport.request(method, params) as Promise<T>;
  return {
    heads: (height, count) =>
      ask('weft_getHeads', {
        ...(height === undefined ? {} : { height }),
        ...(count === undefined ? {} : { count }),
      }),
    parameters: () => ask('weft_getParameters'),
    async transaction(id) {
      const found = await ask<{
        height: number | null;
        index: number | null;
        transaction: TransactionJson;
      } | null>('weft_getTransaction', { id });
      if (found === null) return undefined;
      const { height, index, transaction } = found;
      return { height: height ?? undefined, index: index ?? undefined, transaction };
    },
    state: async (key, height) =>
      bytesOf(await ask('weft_getState', { key: hex(key), ...(height === undefined ? {} : { height }) })),
    async code(codeHash) {
      const found = await ask<{ code: string } | null>('weft_getCode', { codeHash });
      return bytesOf(found?.code);
    },
    pending: async (id) => (await ask<PendingJson | null>('weft_getPending', { id })) ?? undefined,
    pendingOf: (address) => ask('weft_getPendingOf', { address }),
    async mempool() {
      const { gasPriceMin, ...rest } = await ask<Omit<PoolState, 'gasPriceMin'> & { gasPriceMin: string }>(
        'weft_getMempool',
      );
      return { ...rest, gasPriceMin: BigInt(gasPriceMin) };
    },
    async estimateFee() {
      const { next, soon, later, pendingGas, blockGasMax } = await ask<
        Record<'next' | 'soon' | 'later', string> & Pick<FeeEstimate, 'pendingGas' | 'blockGasMax'>
      >('weft_estimateFee');
      return { next: BigInt(next), soon: BigInt(soon), later: BigInt(later), pendingGas, blockGasMax };
    },
    async events(filter, range = {}) {
      const { events, next, to } = await ask<PageJson & { events: readonly PastEvent[] }>('weft_getEvents', {
        ...eventFilterJson(filter),
        ...range,
      });
      return { items: events, next: next ?? undefined, to };
    },
    async accountHistory(address, range = {}) {
      const { transactions, next, to } = await ask<
        PageJson & { transactions: readonly AccountTransaction[] }
      >('weft_getAccountHistory', { address, ...range });
      return { items: transactions, next: next ?? undefined, to };
    },
  };
}

/** Every item of all pages, as they come. `read`: one page from a cursor on. */
export async function* allPages<T>(
  read: (cursor: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const { items, next } = await read(cursor);
    yield* items;
    cursor = next;
  } while (cursor !== undefined);
}
