// A node's RPC surface with types: status, blocks, receipts, submission. What contracts mean is in contract-client.ts.
import { fromHex, toHex } from '@weft/runtime/base/bytes';
import { ClientError } from './errors.js';
import type { Transport } from './transport.js';

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
}
/** Per transaction sent: its id, or why it was refused. */
export type Submission =
  | { readonly id: string }
  | { readonly error: { readonly message: string; readonly code?: string } };

export interface NodeClient {
  status(): Promise<NodeStatus>;
  /** Sends signed wire bytes; one answer each, in order. */
  sendTransactions(transactions: readonly Uint8Array[]): Promise<readonly Submission[]>;
  /** @throws CLIENT_RPC with the node's code when it is refused */
  sendTransaction(transaction: Uint8Array): Promise<string>;
  receipt(id: string): Promise<Located | undefined>;
  /** Polls until a block includes it. @throws CLIENT_RECEIPT_TIMEOUT */
  waitForReceipt(id: string, timeoutMs?: number): Promise<Located>;
  balance(address: string): Promise<bigint>;
  nextSequence(address: string, lane?: number): Promise<bigint>;
  contract(
    address: string,
  ): Promise<{ readonly codeHash: string; readonly abi: string | undefined } | undefined>;
  call(request: ViewCall): Promise<ViewJson>;
  block(height?: number): Promise<BlockJson>;
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

const POLL_MS = 50;

/** A client over any transport. */
export function createNodeClient(transport: Transport): NodeClient {
  const ask = <T>(method: string, params: Record<string, unknown> = {}) =>
    transport.request(method, params) as Promise<T>;
  const client: NodeClient = {
    status: () => ask('weft_status'),
    sendTransactions: (transactions) => ask('weft_sendTransactions', { transactions: transactions.map(hex) }),
    async sendTransaction(transaction) {
      const [answer] = await client.sendTransactions([transaction]);
      if (answer === undefined || 'error' in answer) {
        const error = answer?.error ?? { message: 'no answer' };
        throw new ClientError('CLIENT_RPC', {
          reason: error.message,
          nodeCode: error.code,
          place: 'weft_sendTransactions',
        });
      }
      return answer.id;
    },
    async receipt(id) {
      return (await ask<Located | null>('weft_getReceipt', { id })) ?? undefined;
    },
    waitForReceipt: (id, timeoutMs = 30_000) => poll(client, id, timeoutMs),
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
    block: (height) => ask('weft_getBlock', height === undefined ? {} : { height }),
    seal: async (count = 1) => (await ask<{ height: number }>('dev_seal', { count })).height,
  };
  return client;
}

async function poll(client: NodeClient, id: string, timeoutMs: number): Promise<Located> {
  for (let waited = 0; ; waited += POLL_MS) {
    const found = await client.receipt(id);
    if (found) return found;
    if (waited >= timeoutMs)
      throw new ClientError('CLIENT_RECEIPT_TIMEOUT', { expected: timeoutMs, unit: 'ms', transaction: id });
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;

/** Bytes of 0x hex from a node. @throws CODEC_HEX */
export function fromNodeHex(text: string): Uint8Array {
  return fromHex(text.startsWith('0x') ? text.slice(2) : text);
}
