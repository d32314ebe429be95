// How requests reach a node. HTTP here; anything with the same one function will do (an in-process node in tests).
import { ClientError } from './errors.js';

/** Answers JSON-RPC 2.0 calls. Must: keep the order of `calls` in its results. */
export interface Transport {
  /** @throws CLIENT_TRANSPORT when nobody answers, CLIENT_RPC with the node's own code when it refuses */
  request(method: string, params: Record<string, unknown>): Promise<unknown>;
}

/** JSON-RPC over HTTP POST. `timeoutMs`: default 30 s a request. */
export function httpTransport(url: string, timeoutMs = 30_000): Transport {
  let nextId = 1;
  return {
    async request(method, params) {
      const id = nextId++;
      const body = JSON.stringify({ jsonrpc: '2.0', id, method, params });
      const answer = await post(url, body, timeoutMs);
      if (answer.error !== undefined) throw refusal(method, answer.error);
      return answer.result;
    },
  };
}

interface RpcAnswer {
  readonly result?: unknown;
  readonly error?: RpcRefusal;
}
interface RpcRefusal {
  readonly code: number;
  readonly message: string;
  readonly data?: { readonly code?: string; readonly context?: Record<string, unknown> };
}

async function post(url: string, body: string, timeoutMs: number): Promise<RpcAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    return (await response.json()) as RpcAnswer;
  } catch (cause) {
    throw new ClientError('CLIENT_TRANSPORT', { place: url }, cause);
  }
}

/** The node's refusal as an error that carries the node's code, message and facts. */
export function refusal(method: string, error: RpcRefusal): ClientError {
  return new ClientError('CLIENT_RPC', {
    reason: error.message,
    nodeCode: error.data?.code ?? String(error.code),
    place: method,
  });
}
