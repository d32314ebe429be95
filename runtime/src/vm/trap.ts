// Where an engine trap happened, for people. The engine says function index and byte offset in the instrumented
// module; the instrumenter's table leads back to the original. Nothing of it is hashed.

/** Place of a trap in the uploaded module; -1 where the engine did not say. */
export interface TrapPlace {
  /** The engine's words, such as "unreachable". */
  readonly kind: string;
  /** Index in the instrumented module. */
  readonly functionIndex: number;
  /** Byte offset in the uploaded module. */
  readonly offset: number;
}

const FRAME = /wasm-function\[(\d+)\](?::0x([0-9a-f]+))?/;

/** @param original from an offset in the instrumented module to the uploaded one, undefined when it has none */
export function describeTrap(
  error: WebAssembly.RuntimeError,
  original: (offset: number) => number | undefined,
): TrapPlace {
  const match = FRAME.exec(error.stack ?? '');
  if (match === null) return { kind: error.message, functionIndex: -1, offset: -1 };
  const functionIndex = Number(match[1]);
  const offset = match[2] === undefined ? undefined : original(Number.parseInt(match[2], 16));
  return { kind: error.message, functionIndex, offset: offset ?? -1 };
}
