// From a trace to source lines: byte offsets of an uploaded module through the source map `weft build` wrote beside it.
import { decodedMappings, type SourceMapSegment, TraceMap, traceSegment } from '@jridgewell/trace-mapping';
import { ClientError, type SourcePlace } from './errors.js';
import type { TraceFrameJson } from './node-client.js';

/** The source maps of some contracts. */
export interface SourceMaps {
  /** `contract`: its address as text. `sourceMap`: JSON text. @throws CLIENT_SOURCE_MAP */
  add(contract: string, sourceMap: string): void;
  /** Where the innermost contract of a trace stood; undefined without its map, and in code nobody wrote. */
  place(trace: readonly TraceFrameJson[] | null): SourcePlace | undefined;
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
    place(trace) {
      const [innermost] = trace ?? [];
      const map = innermost && maps.get(innermost.contract);
      if (map === undefined) return undefined;
      for (const find of [placeAt, placeBefore]) {
        for (const offset of innermost?.offsets ?? []) {
          const place = find(map, offset);
          if (place !== undefined) return place;
        }
      }
      return undefined;
    },
  };
}

/** Of the code at an offset itself; an offset between two mappings belongs to the one before it. */
function placeAt(map: TraceMap, offset: number): SourcePlace | undefined {
  // A module is one line of bytes to a source map.
  const segment = traceSegment(map, 0, offset);
  return segment === null ? undefined : placeOfSegment(map, segment);
}

/** Of what the author wrote shortly before an offset: inlined library code hides the line that it belongs to. */
function placeBefore(map: TraceMap, offset: number): SourcePlace | undefined {
  const [segments = []] = decodedMappings(map);
  for (let index = segments.length - 1; index >= 0; index--) {
    const segment = segments[index] as SourceMapSegment;
    if (segment[0] > offset) continue;
    if (offset - segment[0] > INLINED_BYTES) return undefined;
    const place = placeOfSegment(map, segment);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** How far an inlined `ensure` reaches past its arguments. */
const INLINED_BYTES = 128;

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
