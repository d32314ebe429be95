// One method of the RPC surface as a row of the table: its parameters and result drive dispatch, validation, the OpenRPC
// document and the page of methods alike.
import { createReader, type Fields, type ValuesOf } from './fields.js';
import type { JsonSchema } from './json-schema.js';

/** Who asks. */
export interface CallContext {
  /** The WebSocket a call came over; undefined over HTTP and in process. */
  readonly connection?: SubscriberConnection | undefined;
}

/** What a subscription needs of the connection it belongs to. */
export interface SubscriberConnection {
  /** Sends a text, unless the connection has ended. */
  send(text: string): void;
  /** Called once when it ends. */
  onClose(run: () => void): void;
}

/** Answers `params` as sent with plain JSON data, at once or later. */
export type RpcMethod = (params: unknown, context: CallContext) => unknown;

/** A row of the table. */
export interface Method {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** Further lines of Markdown. */
  readonly description?: string;
  readonly params: Fields;
  readonly result: JsonSchema;
  /** Codes of refusals besides RPC_PARAMETER and those of the node's state; `LAYER_*` for all of a layer. */
  readonly errors: readonly string[];
  readonly call: RpcMethod;
}

/** A row whose `run` takes what its fields read. */
export function method<F extends Fields>(
  row: Omit<Method, 'params' | 'call'> & {
    readonly params: F;
    readonly run: (params: ValuesOf<F>, context: CallContext) => unknown;
  },
): Method {
  const { run, ...rest } = row;
  const read = createReader(row.params);
  return { ...rest, call: (params, context) => run(read(params), context) };
}
