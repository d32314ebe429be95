// A node's RPC surface with types: status, blocks, receipts, submission. What contracts mean is in contract-client.ts.
import { fromHex, toHex } from '@weft/runtime/base/bytes';
import type { ExtraAccess } from '@weft/runtime/types/access';
import { decodeAddress, encodeAddress } from '@weft/runtime/types/address';
import type { Header } from '@weft/runtime/types/block';
import type { BlockPart, ProvenField, ProvenItem } from '@weft/runtime/types/block-proof';
import type { ExplainRecord } from '@weft/runtime/types/explain-record';
import type { TransactionExplanation } from '@weft/runtime/types/explain-transaction';
import { asStateKey } from '@weft/runtime/types/key';
import type { Call } from '@weft/runtime/types/transaction';
import { ClientError, NodeRefusal, type RefusalJson } from './errors.js';
import { createNodeQueries, type NodeQueries } from './node-queries.js';
import type { ProofFile } from './proof-file.js';
import type { RpcOutcome, Transport } from './transport.js';

/** What `weft_status` answers. Hashes are 0x hex. */
export interface NodeStatus {
  readonly chainName: string;
  readonly genesisHash: string;
  readonly dev: boolean;
  readonly protocolVersion: number;
  readonly height: number;
  readonly hash: string;
  readonly stateRoot: string;
  readonly time: number;
  readonly workers: number;
  readonly mempool: { readonly count: number; readonly bytes: number };
  readonly engine: string;
  readonly producing: boolean;
}
export interface FailureJson {
  readonly contract: string;
  readonly code: number;
  readonly data: string;
}
export interface ReceiptJson {
  readonly transaction: string;
  readonly status: string;
  readonly phase: 'none' | 'ordered' | 'tail';
  readonly order: number | null;
  readonly attemptGas: number;
  readonly gasUsed: number;
  readonly paid: string;
  readonly firstEvent: number;
  readonly eventCount: number;
  readonly failure: FailureJson | null;
  readonly results: readonly string[];
}
export interface EventJson {
  readonly contract: string;
  readonly event: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly transaction: number | null;
}
export interface Located {
  readonly height: number;
  readonly index: number;
  readonly receipt: ReceiptJson;
  readonly events: readonly EventJson[];
}
export interface ViewJson {
  readonly status: string;
  readonly gasUsed: number;
  readonly result: string;
  readonly failure: FailureJson | null;
  readonly logs: readonly string[];
  /** Where it failed, innermost first; null when it did not. */
  readonly trace: readonly TraceFrameJson[] | null;
  readonly abort: { readonly message: string; readonly line: number; readonly column: number } | null;
}
/** One running contract of a trace: byte offsets in its uploaded module, innermost first. */
export interface TraceFrameJson {
  readonly contract: string;
  readonly selector: number;
  readonly offsets: readonly number[];
}
/** A key, field or contract as `weft_simulate` names it; amounts are decimal text, bytes 0x hex. */
export interface ExtraAccessJson {
  readonly kind: 'key' | 'field' | 'contract';
  readonly mode: 'read' | 'write' | 'add' | 'past';
  readonly key?: string;
  readonly contract?: string;
  readonly field?: string;
  readonly direction?: 'up' | 'down';
  readonly amount?: string;
  readonly bound?: string;
}
/** What `weft_simulate` answers; runtime/docs/spec/rpc.md says what each means. */
export interface SimulationJson {
  readonly status: string;
  readonly gasUsed: number;
  readonly accessGas: number;
  readonly results: readonly string[];
  readonly events: readonly EventJson[];
  readonly failure: FailureJson | null;
  readonly logs: readonly { readonly text: string; readonly trace: readonly TraceFrameJson[] }[];
  readonly trace: readonly TraceFrameJson[] | null;
  readonly abort: { readonly message: string; readonly line: number; readonly column: number } | null;
  readonly access: {
    readonly keys: readonly { readonly key: string; readonly mode: 'read' | 'write' | 'add' }[];
    readonly locks: readonly {
      readonly contract: string;
      readonly field: string | null;
      readonly mode: 'read' | 'write';
    }[];
    readonly past: readonly string[];
  } | null;
  readonly accessRefusal: { readonly code: string; readonly message: string } | null;
  readonly missing: readonly ExtraAccessJson[];
  readonly unreached: readonly string[];
}
/** One thing a run did: a call, an event, a console line. `depth`: how many calls it stands in. */
export type TraceStepJson =
  | {
      readonly kind: 'call';
      readonly depth: number;
      readonly at: TraceFrameJson | null;
      readonly caller: string;
      readonly contract: string;
      readonly selector: number;
      readonly args: string;
      readonly value: string;
      readonly gas: number;
      readonly gasUsed: number;
      readonly status: string;
      readonly output: string;
      readonly failure: FailureJson | null;
    }
  | {
      readonly kind: 'event';
      readonly depth: number;
      readonly at: TraceFrameJson | null;
      readonly event: EventJson;
    }
  | {
      readonly kind: 'log';
      readonly depth: number;
      readonly at: TraceFrameJson | null;
      readonly contract: string;
      readonly text: string;
    };
/** What `weft_traceTransaction` answers; runtime/docs/spec/rpc.md says what each means. */
export interface TransactionTraceJson {
  readonly height: number;
  readonly index: number;
  readonly receipt: ReceiptJson;
  readonly violation: { readonly mode: string; readonly key: string } | null;
  readonly steps: readonly TraceStepJson[];
  readonly storage: readonly {
    readonly key: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly observed: readonly { readonly key: string; readonly modes: readonly string[] }[];
  readonly trace: readonly TraceFrameJson[] | null;
  readonly abort: { readonly message: string; readonly line: number; readonly column: number } | null;
}
/** Calls to simulate as a transaction of `sender`. */
export interface SimulationAsk {
  readonly sender: string;
  readonly calls: readonly Call[];
  readonly extraAccess?: readonly ExtraAccess[];
  readonly gasLimit?: number;
}
/** Per transaction sent: its id, or why it was refused. */
export type Submission = { readonly id: string } | { readonly error: NodeRefusal };

export interface NodeClientOptions {
  /** Longest pause between two looks for a receipt, ms; default 50. The first is a tenth, each later one twice the one before. */
  readonly pollMs?: number;
  /** How long to wait for receipts, ms; default 30 s. */
  readonly timeoutMs?: number;
}

/** Every method @throws CLIENT_TRANSPORT, CLIENT_ANSWER, CLIENT_RPC. */
export interface NodeClient extends NodeQueries {
  status(): Promise<NodeStatus>;
  /** Sends signed wire bytes, any number; one answer each, in order. */
  sendTransactions(transactions: readonly Uint8Array[]): Promise<readonly Submission[]>;
  /** The transaction's id. */
  sendTransaction(transaction: Uint8Array): Promise<string>;
  receipt(id: string): Promise<Located | undefined>;
  /** Polls until a block includes it. @throws CLIENT_RECEIPT_TIMEOUT */
  waitForReceipt(id: string, timeoutMs?: number): Promise<Located>;
  /** As `waitForReceipt`, of many at once; in the order of `ids`. @throws CLIENT_RECEIPT_TIMEOUT that names the first missing */
  waitForReceipts(ids: readonly string[], timeoutMs?: number): Promise<readonly Located[]>;
  balance(address: string): Promise<bigint>;
  nextSequence(address: string, lane?: number): Promise<bigint>;
  contract(
    address: string,
  ): Promise<{ readonly codeHash: string; readonly abi: string | undefined } | undefined>;
  call(request: ViewCall): Promise<ViewJson>;
  /** Runs calls together as the next block would, keeps nothing; their failure is an answer. */
  simulate(ask: SimulationAsk): Promise<SimulationJson>;
  /** What a key holds, or that it holds nothing, with a proof (default: at the newest height); check with `verifyProofFile`. */
  proof(key: Uint8Array, height?: number): Promise<ProofFile>;
  /** An item of a block's list (default: the newest block); undefined past its end. Check with `verifyItem`. */
  blockProof(part: BlockPart, index: number, height?: number): Promise<ProvenItem | undefined>;
  /** A field of a header (default: the newest). Check with `verifyField`. */
  headerProof(field: keyof Header, height?: number): Promise<ProvenField>;
  block(height?: number): Promise<BlockJson>;
  /** Who waited for whom in a recent block (default: the newest), over which key and why. */
  explainBlock(height?: number): Promise<ExplainRecord>;
  /** The same of one transaction; undefined: no block includes it. */
  explainTransaction(id: string): Promise<TransactionExplanation | undefined>;
  /** How a transaction of a recent block ran, step by step; undefined: no block includes it. */
  trace(id: string): Promise<TransactionTraceJson | undefined>;
  /** Development chains with a manual trigger: seals blocks; the new height. */
  seal(count?: number): Promise<number>;
}
export interface ViewCall {
  readonly contract: string;
  readonly selector: number;
  readonly args: Uint8Array;
  readonly sender?: string;
  readonly value?: bigint;
  readonly gasLimit?: number;
}
export interface BlockJson {
  readonly hash: string;
  readonly header: {
    readonly height: number;
    readonly stateRoot: string;
    readonly criticalPathGas: number;
    readonly gasUsed: number;
    readonly tailGas: number;
  };
  readonly transactionCount: number;
  readonly transactions: readonly string[];
}

/** A client over any transport. */
export function createNodeClient(transport: Transport, options: NodeClientOptions = {}): NodeClient {
  const { pollMs = 50, timeoutMs: timeoutDefaultMs = 30_000 } = options;
  const ask = <T>(method: string, params: Record<string, unknown> = {}) =>
    transport.request(method, params) as Promise<T>;
  const client: NodeClient = {
    ...createNodeQueries(transport),
    status: () => ask('weft_status'),
    sendTransactions: (transactions) => sendAll(transport, transactions),
    async sendTransaction(transaction) {
      const [answer] = await client.sendTransactions([transaction]);
      if (answer === undefined) throw new ClientError('CLIENT_ANSWER', { expected: 'an id', place: SEND });
      if ('error' in answer) throw answer.error;
      return answer.id;
    },
    async receipt(id) {
      return (await ask<Located | null>(RECEIPT, { id })) ?? undefined;
    },
    async waitForReceipt(id, timeoutMs = timeoutDefaultMs) {
      const [located] = await waitForAll(transport, [id], pollMs, timeoutMs);
      return located as Located;
    },
    waitForReceipts: (ids, timeoutMs = timeoutDefaultMs) => waitForAll(transport, ids, pollMs, timeoutMs),
    balance: async (address) => BigInt(await ask<string>('weft_getBalance', { address })),
    nextSequence: async (address, lane = 0) => BigInt(await ask<string>('weft_getNonce', { address, lane })),
    async contract(address) {
      const found = await ask<{ codeHash: string; abi: string | null } | null>('weft_getContract', {
        address,
      });
      return found === null ? undefined : { codeHash: found.codeHash, abi: found.abi ?? undefined };
    },
    call: ({ args, value, ...rest }) =>
      ask('weft_call', {
        ...rest,
        args: hex(args),
        ...(value === undefined ? {} : { value: value.toString() }),
      }),
    simulate: ({ calls, extraAccess = [], ...rest }) =>
      ask('weft_simulate', {
        ...rest,
        calls: calls.map(callJson),
        extraAccess: extraAccess.map(extraAccessJson),
      }),
    async proof(key, height) {
      const answer = await ask('weft_getProof', {
        key: hex(key),
        ...at(height),
      });
      return proven('weft_getProof', async () => (await stateProofs()).proofFileOfAnswer(key, answer));
    },
    async blockProof(part, index, height) {
      const answer = await ask('weft_getBlockProof', { part, index, ...at(height) });
      if (answer === null) return undefined;
      return proven('weft_getBlockProof', async () => (await blockProofs()).itemFrom(answer));
    },
    async headerProof(field, height) {
      const answer = await ask('weft_getHeaderProof', { field, ...at(height) });
      return proven('weft_getHeaderProof', async () => (await blockProofs()).fieldFrom(answer));
    },
    block: (height) => ask('weft_getBlock', height === undefined ? {} : { height }),
    explainBlock: (height) => ask('weft_explainBlock', height === undefined ? {} : { height }),
    explainTransaction: async (id) =>
      (await ask<TransactionExplanation | null>('weft_explainTransaction', { id })) ?? undefined,
    trace: async (id) =>
      (await ask<TransactionTraceJson | null>('weft_traceTransaction', { id })) ?? undefined,
    seal: async (count = 1) => (await ask<{ height: number }>('dev_seal', { count })).height,
  };
  return client;
}

const at = (height: number | undefined) => (height === undefined ? {} : { height });

/** Loaded when asked for: most programs ask for no proof. */
const stateProofs = () => import('./proof-file.js');
const blockProofs = () => import('./block-proof-file.js');

/** Reads an answer that is to be a proof. @throws CLIENT_ANSWER */
async function proven<T>(place: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new ClientError('CLIENT_ANSWER', { expected: 'a proof', place }, error);
  }
}

const SEND = 'weft_sendTransactions';
const RECEIPT = 'weft_getReceipt';
/** Of one request: a node takes 10,000 transactions and 2 MiB of text; hex doubles bytes. */
const SEND_COUNT = 1_000;
const SEND_BYTES = 768 << 10;

type SubmissionJson = { readonly id: string } | { readonly error: RefusalJson };

async function sendAll(transport: Transport, transactions: readonly Uint8Array[]): Promise<Submission[]> {
  const submissions: Submission[] = [];
  for (let first = 0; first < transactions.length; ) {
    const part = takePart(transactions, first);
    const answers = (await transport.request(SEND, {
      transactions: part.map(hex),
    })) as readonly SubmissionJson[];
    if (!Array.isArray(answers) || answers.length !== part.length)
      throw new ClientError('CLIENT_ANSWER', { expected: part.length, unit: 'answers', place: SEND });
    for (const answer of answers as readonly SubmissionJson[])
      submissions.push('id' in answer ? answer : { error: new NodeRefusal(answer.error, SEND) });
    first += part.length;
  }
  return submissions;
}

/** At least one transaction, and as many more as one request should carry. */
function takePart(transactions: readonly Uint8Array[], first: number): readonly Uint8Array[] {
  let bytes = 0;
  let end = first;
  while (end < transactions.length && end - first < SEND_COUNT) {
    bytes += transactions[end]?.length ?? 0;
    if (bytes > SEND_BYTES && end > first) break;
    end++;
  }
  return transactions.slice(first, end);
}

/** Asks in rounds for those still missing until none is. A round that finds none waits, at most `pollMs`. */
async function waitForAll(
  transport: Transport,
  ids: readonly string[],
  pollMs: number,
  timeoutMs: number,
): Promise<Located[]> {
  const deadline = performance.now() + timeoutMs;
  const found = new Map<string, Located>();
  let pause = pollMs / 10;
  for (;;) {
    const missing = ids.filter((id) => !found.has(id)).slice(0, ROUND);
    const [first] = missing;
    if (first === undefined) return ids.map((id) => found.get(id) as Located);
    const before = found.size;
    const outcomes = await transport.requestAll(missing.map((id) => ({ method: RECEIPT, params: { id } })));
    outcomes.forEach((outcome, index) => {
      const located = resultOf(outcome) as Located | null;
      if (located !== null) found.set(missing[index] as string, located);
    });
    if (found.size > before) continue;
    if (performance.now() >= deadline) {
      throw new ClientError('CLIENT_RECEIPT_TIMEOUT', {
        expected: timeoutMs,
        unit: 'ms',
        transaction: first,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(pollMs, 2 * pause);
  }
}

/** Receipts asked for at once: of many that wait, the oldest are included first. */
const ROUND = 1_000;

function resultOf(outcome: RpcOutcome): unknown {
  if ('error' in outcome) throw outcome.error;
  return outcome.result;
}

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;

/** A call as RPC methods take it. */
export function callJson({ contract, selector, args, value }: Call) {
  return { contract: encodeAddress(contract), selector, args: hex(args), value: value.toString() };
}

/** Extra access as RPC methods take it. */
export function extraAccessJson(extra: ExtraAccess): ExtraAccessJson {
  const { kind, mode } = extra;
  if (kind === 'contract') return { kind, mode, contract: encodeAddress(extra.contract) };
  if (kind === 'field')
    return { kind, mode, contract: encodeAddress(extra.contract), field: hex(extra.field) };
  const { key, direction, amount, bound } = extra;
  return {
    kind,
    mode,
    key: hex(key),
    ...(direction === undefined ? {} : { direction }),
    ...(amount === undefined ? {} : { amount: amount.toString() }),
    ...(bound === undefined ? {} : { bound: bound.toString() }),
  };
}

/** Inverse of the form extra access has in JSON. @throws CodecError for what is no key or address */
export function extraAccessFrom(json: ExtraAccessJson): ExtraAccess {
  const { kind, mode, key = '', contract = '', field = '', direction, amount, bound } = json;
  if (kind !== 'key') {
    const lock = { mode: mode === 'write' ? mode : 'read', contract: decodeAddress(contract) } as const;
    return kind === 'contract' ? { kind, ...lock } : { kind, ...lock, field: fromNodeHex(field) };
  }
  return {
    kind,
    mode,
    key: asStateKey(fromNodeHex(key)),
    ...(direction === undefined ? {} : { direction }),
    ...(amount === undefined ? {} : { amount: BigInt(amount) }),
    ...(bound === undefined ? {} : { bound: BigInt(bound) }),
  };
}

/** Bytes of 0x hex from a node. @throws CODEC_HEX */
export function fromNodeHex(text: string): Uint8Array {
  return fromHex(text.startsWith('0x') ? text.slice(2) : text);
}
