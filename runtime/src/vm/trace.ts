// Where contracts stand right now, for people: the engine's stack text, cut into the frames of each running contract
// and led back to offsets in the uploaded modules. Made only for runs that take notes.
import type { Address } from '../types/address.js';
import type { Trace } from '../types/run-notes.js';
import { originalOffset } from '../wasm/offset-map.js';
import type { CompiledCode } from './compiled-code.js';

/** A running call as a trace sees it. */
export interface Traced {
  readonly request: { readonly contract: Address; readonly selector: number };
  /** Undefined while no code of the call has begun. */
  readonly code: CompiledCode | undefined;
  /** The call that made this one. */
  readonly outer: Traced | undefined;
}

const FRAMES_MAX = 200;
const WASM_FRAME = /wasm:\/\/.*wasm-function\[\d+\]:0x([0-9a-f]+)/;

/** The stack as text, deep enough for nested contracts. */
export function stackText(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES_MAX;
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder);
  Error.stackTraceLimit = limit;
  return holder.stack ?? '';
}

/** The trace of a stack taken inside `innermost`. Frames of one contract stand together, the host's between them. */
export function traceOf(innermost: Traced | undefined, stack: string): Trace {
  const groups = wasmGroups(stack);
  const trace: { contract: Address; selector: number; offsets: number[] }[] = [];
  for (let call = innermost; call !== undefined; call = call.outer) {
    const { code } = call;
    const { contract, selector } = call.request;
    if (code === undefined) trace.push({ contract, selector, offsets: [] });
    else {
      const offsets = (groups.shift() ?? []).map((offset) => originalOffset(code.offsets, offset));
      trace.push({ contract, selector, offsets: offsets.filter((offset) => offset !== undefined) });
    }
  }
  return trace;
}

/** Offsets in instrumented modules, one list a contract, innermost first. */
function wasmGroups(stack: string): number[][] {
  const groups: number[][] = [];
  let group: number[] | undefined;
  for (const line of stack.split('\n')) {
    const match = WASM_FRAME.exec(line);
    if (match === null) group = undefined;
    else {
      if (group === undefined) {
        group = [];
        groups.push(group);
      }
      group.push(Number.parseInt(match[1] ?? '0', 16));
    }
  }
  return groups;
}
