// How requests reach a node: JSON-RPC 2.0 text over anything that carries text to a node and an answer back. HTTP here;
// a node in the same process in sdk/testing.
import { ClientError, NodeRefusal, type RefusalJson } from './errors.js';

/** One request of the node's RPC surface. */
export interface RpcCall {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}
/** What became of one request of several. */
export type RpcOutcome = { readonly result: unknown } | { readonly error: NodeRefusal };

/** Answers requests. Must: answer every one; keep the order of `calls`. Should: carry several in one exchange. */
export interface Transport {
  /** @throws CLIENT_TRANSPORT when nobody answers, CLIENT_ANSWER when it is no node, CLIENT_RPC when the node refuses */
  request(method: string, params: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Any number of requests; a refused one does not stop the rest. @throws CLIENT_TRANSPORT, CLIENT_ANSWER */
  requestAll(calls: readonly RpcCall[]): Promise<readonly RpcOutcome[]>;
}

/** Carries one JSON-RPC text and returns the answer's; may throw what it likes. */
export type Exchange = (text: string) => string | undefined | Promise<string | undefined>;

/** JSON-RPC over HTTP POST. `timeoutMs`: default 30 s an exchange. */
export function httpTransport(url: string, timeoutMs = 30_000): Transport {
  return createTransport(async (body) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    return response.text();
  }, url);
}

/** A transport over an exchange of texts. `place`: what it reaches, for errors. */
export function createTransport(exchange: Exchange, place: string): Transport {
  let nextId = 1;
  const send = async (request: unknown): Promise<unknown> =>
    parse(await carry(exchange, request, place), place);
  return {
    async request(method, params) {
      const id = nextId++;
      const outcome = outcomeOf(await send({ jsonrpc: '2.0', id, method, params }), method, place);
      if ('error' in outcome) throw outcome.error;
      return outcome.result;
    },
    async requestAll(calls) {
      const outcomes: RpcOutcome[] = [];
      for (let first = 0; first < calls.length; first += BATCH) {
        const part = calls.slice(first, first + BATCH);
        const id = nextId;
        nextId += part.length;
        const requests = part.map((call, index) => ({ jsonrpc: '2.0', id: id + index, ...call }));
        outcomes.push(...orderAnswers(await send(requests), id, part, place));
      }
      return outcomes;
    },
  };
}

/** Requests in one exchange: what a node accepts by default. */
const BATCH = 100;

interface RpcAnswer {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: Partial<RefusalJson> };
}

async function carry(exchange: Exchange, request: unknown, place: string): Promise<string> {
  let text: string | undefined;
  try {
    text = await exchange(JSON.stringify(request));
  } catch (cause) {
    throw new ClientError('CLIENT_TRANSPORT', { place }, cause);
  }
  if (text === undefined)
    throw new ClientError('CLIENT_ANSWER', { expected: 'an answer', got: 'none', place });
  return text;
}

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ClientError('CLIENT_ANSWER', { expected: 'JSON', got: text.slice(0, 80), place }, cause);
  }
}

/** A batch's answers may come in any order; their ids say which is whose (JSON-RPC 2.0 §6). */
function orderAnswers(
  answers: unknown,
  firstId: number,
  calls: readonly RpcCall[],
  place: string,
): RpcOutcome[] {
  if (!Array.isArray(answers)) {
    const outcome = outcomeOf(answers, 'batch', place);
    if ('error' in outcome) throw outcome.error;
    throw new ClientError('CLIENT_ANSWER', { expected: 'a list', got: typeof answers, place });
  }
  const byId = new Map(answers.map((answer: RpcAnswer | null) => [answer?.id, answer]));
  return calls.map(({ method }, index) => outcomeOf(byId.get(firstId + index), method, place));
}

function outcomeOf(answer: unknown, method: string, place: string): RpcOutcome {
  const { error, result } = (typeof answer === 'object' && answer !== null ? answer : {}) as RpcAnswer;
  if (error !== undefined && error !== null) {
    const { code, message, data } = error;
    return { error: new NodeRefusal({ message, code: String(code), ...data }, method) };
  }
  if (result === undefined)
    throw new ClientError('CLIENT_ANSWER', {
      expected: 'a result or an error',
      place: `${method} of ${place}`,
    });
  return { result };
}
