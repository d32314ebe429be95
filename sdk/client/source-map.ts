// From a trace to source lines: byte offsets of an uploaded module through the source map `weft build` wrote beside it.
import { decodedMappings, type SourceMapSegment, TraceMap, traceSegment } from '@jridgewell/trace-mapping';
import type { Abi } from '@weft/runtime/types/abi';
import { ClientError, type SourcePlace } from './errors.js';
import type { TraceFrameJson } from './node-client.js';

/** The source maps of some contracts. */
export interface SourceMaps {
  /** `contract`: its address as text. `sourceMap`: JSON text. @throws CLIENT_SOURCE_MAP */
  add(contract: string, sourceMap: string): void;
  /**
   * Where the innermost contract of a trace stood; undefined without its map, and in code nobody wrote. `abi`: of that
   * contract, with which lines of inlined code are found too. `event`: the class of the event it emits there.
   */
  place(
    trace: readonly TraceFrameJson[] | null,
    abi?: Pick<Abi, 'methods'>,
    event?: string,
  ): SourcePlace | undefined;
}

/** The library, and what the compiler generates: not what an author wrote. */
const NOT_WRITTEN = /^~|^__entry\.ts$/;

/** Source maps by contract; none yet. */
export function createSourceMaps(): SourceMaps {
  const maps = new Map<string, TraceMap>();
  return {
    add(contract, sourceMap) {
      maps.set(contract, readMap(sourceMap, contract));
    },
    place(trace, abi, event) {
      const [innermost] = trace ?? [];
      const map = innermost && maps.get(innermost.contract);
      const place = map && placeOfFrame(map, innermost, abi);
      return place && event !== undefined ? emitPlace(map, place, event) : place;
    },
  };
}

function placeOfFrame(
  map: TraceMap,
  { offsets, selector }: TraceFrameJson,
  abi: Pick<Abi, 'methods'> | undefined,
): SourcePlace | undefined {
  const exact = firstOf(offsets, (offset) => placeAt(map, offset));
  if (exact !== undefined || abi === undefined) return exact;
  const scope = { abi, method: abi.methods.find((one) => one.selector === selector)?.name };
  return firstOf(offsets, (offset) => placeNear(map, offset, scope));
}

function firstOf(
  offsets: readonly number[],
  find: (offset: number) => SourcePlace | undefined,
): SourcePlace | undefined {
  for (const offset of offsets) {
    const place = find(offset);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** Of the code at an offset itself; an offset between two mappings belongs to the one before it. */
function placeAt(map: TraceMap, offset: number): SourcePlace | undefined {
  // A module is one line of bytes to a source map.
  const segment = traceSegment(map, 0, offset);
  return segment === null ? undefined : placeOfSegment(map, segment);
}

/** The method a trace names, and the others it must not be taken for. */
interface Scope {
  readonly abi: Pick<Abi, 'methods'>;
  readonly method: string | undefined;
}

/** How far inlined library code (an `ensure`, checked arithmetic) reaches from the line it belongs to. */
const INLINED_BYTES = 128;

/**
 * Of what the author wrote next to an offset inside inlined library code: before it, or else after it. A line of another
 * method is never taken: optimised code puts methods side by side.
 */
function placeNear(map: TraceMap, offset: number, scope: Scope): SourcePlace | undefined {
  const [segments = []] = decodedMappings(map);
  const near = segments.filter(([at]) => Math.abs(at - offset) <= INLINED_BYTES);
  const before = near.filter(([at]) => at <= offset).reverse();
  const after = near.filter(([at]) => at > offset);
  for (const [list, mayBeHelper] of [[before, true] as const, [after, false] as const]) {
    const [place] = list.flatMap((segment) => placeOfSegment(map, segment) ?? []);
    if (place !== undefined && isInScope(map, place, scope, mayBeHelper)) return place;
  }
  return undefined;
}

const FUNCTION_HEAD = /(?:^|[\s;}])(\w+)(?:<[^>]*>)?\s*\([^()]*\)\s*:[^=;{]*\{/g;

/** Whether the function a place stands in is the method, or (`mayBeHelper`) no method of the contract at all. */
function isInScope(map: TraceMap, place: SourcePlace, scope: Scope, mayBeHelper: boolean): boolean {
  const text = map.sourcesContent?.[map.sources.indexOf(place.file)];
  if (typeof text !== 'string' || scope.method === undefined) return false;
  const lines = text.split('\n').slice(0, place.line);
  const before = lines.join('\n').slice(0, place.column - 1 - (lines.at(-1)?.length ?? 0) || undefined);
  const head = [...before.matchAll(FUNCTION_HEAD)].at(-1)?.[1];
  if (head === undefined) return false;
  return head === scope.method || (mayBeHelper && !scope.abi.methods.some(({ name }) => name === head));
}

/**
 * Where the event is made, from `place` on to the end of that function. All of an `emit` is inlined and none of it on the
 * map, so `place` may be that of a line before it.
 */
function emitPlace(map: TraceMap, place: SourcePlace, event: string): SourcePlace {
  const lines = map.sourcesContent?.[map.sources.indexOf(place.file)]?.split('\n') ?? [];
  let depth = 0;
  for (let line = place.line; line <= lines.length && depth >= 0; line++) {
    const text = lines[line - 1] ?? '';
    const at = text.search(new RegExp(`\\bnew\\s+${event}\\b`));
    if (at >= 0) return line === place.line ? place : { file: place.file, line, column: at + 1 };
    depth += text.split('{').length - text.split('}').length;
  }
  return place;
}

function placeOfSegment(map: TraceMap, segment: Readonly<SourceMapSegment>): SourcePlace | undefined {
  if (segment.length === 1) return undefined;
  const file = map.sources[segment[1]];
  if (file === undefined || file === null || NOT_WRITTEN.test(file)) return undefined;
  return { file, line: segment[2] + 1, column: segment[3] + 1 };
}

function readMap(text: string, place: string): TraceMap {
  try {
    return new TraceMap(text);
  } catch (cause) {
    throw new ClientError('CLIENT_SOURCE_MAP', { expected: 'a source map', place }, cause);
  }
}
