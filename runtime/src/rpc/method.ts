// One method of the RPC surface as a row of the table: its parameters and result drive dispatch, validation, the OpenRPC
// document and the page of methods alike.
import { createReader, type Fields, type ValuesOf } from './fields.js';
import type { JsonSchema } from './json-schema.js';

/** Who asks. */
export interface CallContext {
  /** The WebSocket a call came over; undefined over HTTP and in process. */
  readonly subscriber?: Subscriber | undefined;
  /** Takes the price of a costly call from the address's share; absent: it has no bound. @throws RPC_RATE */
  readonly charge?: ((units: number) => void) | undefined;
}

/** A connection as subscriptions see it. */
export interface Subscriber {
  /** Sends a message; false: the client is behind, and `onDrain` tells when it has caught up. */
  send(message: Uint8Array): boolean;
  /** Whether it takes more now. */
  readonly ready: boolean;
  /** Called once when it takes more again, or at its end. */
  onDrain(run: () => void): void;
  /** Called once at its end. */
  onClose(run: () => void): void;
  readonly closed: boolean;
  /** Set while it has subscriptions; silence is then no sign of an end. */
  subscribed: boolean;
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
  /** Of one call, in units of a plain read; default: 1. */
  readonly weight?: number;
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
  const { weight } = row;
  if (weight === undefined) return { ...rest, call: (params, context) => run(read(params), context) };
  return {
    ...rest,
    call(params, context) {
      context.charge?.(weight);
      return run(read(params), context);
    },
  };
}
