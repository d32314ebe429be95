// What a configuration says of the CometBFT engine.
import { CometError } from './errors.js';

export interface CometOptions {
  /** Where CometBFT finds us: `unix://PATH` or `tcp://HOST:PORT`. */
  readonly abci: string;
  /** CometBFT's RPC, `http://HOST:PORT`: transactions are handed on through it. Default: to nobody. */
  readonly rpc?: string;
  /** CometBFT's home: it is started there and ends with the engine. Default: somebody else runs it. */
  readonly home?: string;
  /** The program; default `cometbft`. */
  readonly binary?: string;
  /** Told of proposals of others this node refused. */
  readonly onRefusal?: (code: string, height: number) => void;
}

/** @throws COMET_OPTIONS */
export function readOptions(options: unknown): CometOptions {
  const given = (options ?? {}) as Record<string, unknown>;
  for (const name of ['abci', 'rpc', 'home', 'binary']) {
    const value = given[name];
    if (typeof value === 'string' || (value === undefined && name !== 'abci')) continue;
    throw new CometError('COMET_OPTIONS', { expected: 'a text', got: typeof value, place: name });
  }
  return given as unknown as CometOptions;
}
