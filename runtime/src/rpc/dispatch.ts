// JSON-RPC 2.0 (jsonrpc.org/specification) over text: one request or a batch in, one answer or none out. It knows
// nothing of HTTP nor of the chain; methods come in a table.
import { WeftError } from '../base/errors.js';
import { RpcError } from './errors.js';

/** Takes `params` as sent (an array, an object, or undefined); returns plain JSON data. */
export type RpcMethod = (params: unknown) => unknown;

export interface DispatchOptions {
  /** Requests in a batch; default 100. */
  readonly batchMax?: number;
  /** Told of every failure without a code: a fault of the node, answered as -32603 without its text. */
  readonly onFault?: (error: unknown, method: string) => void;
}

/** The codes of the specification, and -32000 for this chain's coded refusals (`data` holds code, context, fix). */
export const RPC_CODES = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  refused: -32000,
} as const;

type Id = string | number | null;
interface Answer {
  readonly jsonrpc: '2.0';
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
  readonly id: Id;
}

/** A function from request text to answer text; undefined where nothing is answered (notifications alone). */
export function createDispatcher(
  methods: ReadonlyMap<string, RpcMethod>,
  options: DispatchOptions = {},
): (text: string) => Promise<string | undefined> {
  const batchMax = options.batchMax ?? 100;
  return async (text) => {
    let request: unknown;
    try {
      request = JSON.parse(text);
    } catch {
      return JSON.stringify(failure(null, RPC_CODES.parse, 'Parse error'));
    }
    if (!Array.isArray(request)) return answerText(await answerOne(request, methods, options));
    if (request.length === 0)
      return JSON.stringify(failure(null, RPC_CODES.invalidRequest, 'Invalid Request'));
    if (request.length > batchMax) {
      const refusal = new RpcError('RPC_TOO_LARGE', {
        expected: `at most ${batchMax}`,
        got: request.length,
        unit: 'requests',
      });
      return JSON.stringify(failure(null, RPC_CODES.invalidRequest, refusal.message, refusal.toJSON()));
    }
    const answers: Answer[] = [];
    // In order, so that what one request sends the next one finds.
    for (const item of request) {
      const answer = await answerOne(item, methods, options);
      if (answer !== undefined) answers.push(answer);
    }
    return answers.length === 0 ? undefined : JSON.stringify(answers);
  };
}

function answerText(answer: Answer | undefined): string | undefined {
  return answer === undefined ? undefined : JSON.stringify(answer);
}

async function answerOne(
  request: unknown,
  methods: ReadonlyMap<string, RpcMethod>,
  options: DispatchOptions,
): Promise<Answer | undefined> {
  if (!isRecord(request)) return failure(null, RPC_CODES.invalidRequest, 'Invalid Request');
  const { id, method, params } = request;
  const answerId = isId(id) ? id : null;
  const wellFormed =
    request['jsonrpc'] === '2.0' &&
    typeof method === 'string' &&
    (params === undefined || Array.isArray(params) || isRecord(params)) &&
    (id === undefined || isId(id));
  if (!wellFormed) return failure(answerId, RPC_CODES.invalidRequest, 'Invalid Request');
  const answer = await call(answerId, method, params, methods, options);
  return id === undefined ? undefined : answer;
}

async function call(
  id: Id,
  method: string,
  params: unknown,
  methods: ReadonlyMap<string, RpcMethod>,
  options: DispatchOptions,
): Promise<Answer> {
  const run = methods.get(method);
  if (run === undefined) return failure(id, RPC_CODES.methodNotFound, 'Method not found');
  try {
    return { jsonrpc: '2.0', result: (await run(params)) ?? null, id };
  } catch (error) {
    if (error instanceof WeftError) {
      const code = error.code === 'RPC_PARAMETER' ? RPC_CODES.invalidParams : RPC_CODES.refused;
      return failure(id, code, error.message, errorData(error));
    }
    options.onFault?.(error, method);
    return failure(id, RPC_CODES.internal, 'Internal error');
  }
}

/** The `data` of a refusal: stable code, context, and the fix where there is one. */
export function errorData(error: WeftError): { code: string; context: unknown; fix?: string } {
  const { code, context, fix } = error.toJSON();
  return { code, context, ...(fix === undefined ? {} : { fix }) };
}

function failure(id: Id, code: number, message: string, data?: unknown): Answer {
  return { jsonrpc: '2.0', error: { code, message, ...(data === undefined ? {} : { data }) }, id };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is Id {
  return value === null || typeof value === 'string' || typeof value === 'number';
}
