// JSON-RPC 2.0 (jsonrpc.org/specification) over text: one request or a batch in, one answer or none out. It knows
// nothing of HTTP nor of the chain; methods come in a table. What answers at once is answered at once: a promise is made
// only where a method makes one, for reads take less time than promises do. Whoever takes text from others bounds it
// before it is text (json-scan.ts).
import { WeftError } from '../base/errors.js';
import type { CallContext, RpcMethod } from './method.js';
import { createPause } from './pause.js';

export type { RpcMethod } from './method.js';

export interface DispatchOptions {
  /** Told of every failure without a code: a fault of the node, answered as -32603 without its text. */
  readonly onFault?: (error: unknown, method: string) => void;
  /** Told how each call went: method, code of the refusal or `''`, milliseconds. */
  readonly onCall?: (method: string, code: string, ms: number) => void;
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

/** A request's text to its answer's; undefined where nothing is answered (notifications alone). */
export type Dispatch = (
  text: string,
  context?: CallContext,
) => string | undefined | Promise<string | undefined>;

const NO_CONTEXT: CallContext = {};

/** A dispatcher over a table of methods. */
export function createDispatcher(
  methods: ReadonlyMap<string, RpcMethod>,
  options: DispatchOptions = {},
): Dispatch {
  return new Dispatcher(methods, options).dispatch;
}

class Dispatcher {
  readonly #methods: ReadonlyMap<string, RpcMethod>;
  readonly #options: DispatchOptions;
  /** When the last call that was answered at once had its answer: the next one of a batch begins there. */
  #now = 0;

  constructor(methods: ReadonlyMap<string, RpcMethod>, options: DispatchOptions) {
    this.#methods = methods;
    this.#options = options;
  }

  readonly dispatch: Dispatch = (text, context = NO_CONTEXT) => {
    let request: unknown;
    try {
      request = JSON.parse(text);
    } catch {
      return failureText(null, RPC_CODES.parse, 'Parse error');
    }
    this.#now = performance.now();
    if (!Array.isArray(request)) return this.#one(request, context);
    if (request.length === 0) return failureText(null, RPC_CODES.invalidRequest, 'Invalid Request');
    return this.#batch(request, context);
  };

  /** In order, so that what one request sends the next one finds. Goes on at once as long as answers come at once. */
  #batch(items: readonly unknown[], context: CallContext): string | undefined | Promise<string | undefined> {
    const answers: string[] = [];
    const pause = createPause();
    for (let index = 0; index < items.length; index++) {
      const answer = this.#one(items[index], context);
      if (answer instanceof Promise) return this.#rest(items, context, answers, index, answer, pause);
      if (answer !== undefined) answers.push(answer);
      if (pause.due(this.#now)) return this.#rest(items, context, answers, index, undefined, pause);
    }
    return joined(answers);
  }

  /** The same from `index` on, whose answer is under way or in. */
  async #rest(
    items: readonly unknown[],
    context: CallContext,
    answers: string[],
    index: number,
    first: Promise<string | undefined> | undefined,
    pause: ReturnType<typeof createPause>,
  ): Promise<string | undefined> {
    const begun = await first;
    if (begun !== undefined) answers.push(begun);
    for (let at = index + 1; at < items.length; at++) {
      if (pause.due()) await pause.take();
      this.#now = performance.now();
      const answer = this.#one(items[at], context);
      const text = answer instanceof Promise ? await answer : answer;
      if (text !== undefined) answers.push(text);
    }
    return joined(answers);
  }

  #one(request: unknown, context: CallContext): string | undefined | Promise<string | undefined> {
    if (!isRecord(request)) return failureText(null, RPC_CODES.invalidRequest, 'Invalid Request');
    const { id, method, params } = request;
    const wellFormed =
      request['jsonrpc'] === '2.0' &&
      typeof method === 'string' &&
      (params === undefined || (typeof params === 'object' && params !== null)) &&
      (id === undefined || isId(id));
    if (!wellFormed) return failureText(isId(id) ? id : null, RPC_CODES.invalidRequest, 'Invalid Request');
    const run = this.#methods.get(method);
    if (run === undefined)
      return id === undefined ? undefined : failureText(id, RPC_CODES.methodNotFound, 'Method not found');
    const began = this.#now;
    let result: unknown;
    try {
      result = run(params, context);
    } catch (error) {
      return this.#failed(id, method, began, error);
    }
    if (result instanceof Promise) {
      return result.then(
        (value: unknown) => this.#answered(id, method, began, value),
        (error: unknown) => this.#failed(id, method, began, error),
      );
    }
    return this.#answered(id, method, began, result);
  }

  #answered(id: Id | undefined, method: string, began: number, result: unknown): string | undefined {
    this.#ended(method, '', began);
    return id === undefined
      ? undefined
      : `{"jsonrpc":"2.0","result":${JSON.stringify(result ?? null)},"id":${idText(id)}}`;
  }

  #ended(method: string, code: string, began: number): void {
    this.#now = performance.now();
    this.#options.onCall?.(method, code, this.#now - began);
  }

  #failed(id: Id | undefined, method: string, began: number, error: unknown): string | undefined {
    const coded = error instanceof WeftError;
    this.#ended(method, coded ? error.code : 'fault', began);
    if (!coded) {
      this.#options.onFault?.(error, method);
      return id === undefined ? undefined : failureText(id, RPC_CODES.internal, 'Internal error');
    }
    if (id === undefined) return undefined;
    const code = error.code === 'RPC_PARAMETER' ? RPC_CODES.invalidParams : RPC_CODES.refused;
    return failureText(id, code, error.message, errorData(error));
  }
}

/** The `data` of a refusal: stable code, context, and the fix where there is one. */
export function errorData(error: WeftError): { code: string; context: unknown; fix?: string } {
  const { code, context, fix } = error.toJSON();
  return { code, context, ...(fix === undefined ? {} : { fix }) };
}

/** An error object of the specification as text. */
export function failureText(id: Id, code: number, message: string, data?: unknown): string {
  return JSON.stringify({
    jsonrpc: '2.0',
    error: { code, message, ...(data === undefined ? {} : { data }) },
    id,
  });
}

function joined(answers: readonly string[]): string | undefined {
  return answers.length === 0 ? undefined : `[${answers.join(',')}]`;
}

function idText(id: Id): string {
  return typeof id === 'number' && Number.isFinite(id) ? String(id) : JSON.stringify(id);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is Id {
  return value === null || typeof value === 'string' || typeof value === 'number';
}
