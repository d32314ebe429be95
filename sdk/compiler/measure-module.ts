// What a build weighs: the module's bytes and pages, and of each method the instructions it can reach. Counted before
// optimisation, where functions still are those of the source: afterwards small ones are inside others.
import { assert } from '@weft/runtime/base/assert';
import { Reader } from '@weft/runtime/base/codec';
import type { AnalysedMethod } from './contract-model.js';
import { type CallGraph, reachableFunctions, thunkOf } from './cross-check.js';

export interface BuildReport {
  /** Of the module as uploaded. */
  readonly bytes: number;
  /** Memory it starts with, in pages of 64 KiB. */
  readonly pages: number;
  readonly methods: readonly { readonly name: string; readonly instructions: number }[];
}

/** Instructions of each function, one a line in the text form; nested operands count. */
export function instructionCounts(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  let current: string | undefined;
  for (const line of text.split('\n')) {
    const defined = /^ \(func (\$(?:"[^"]*"|[^\s()]+))/.exec(line)?.[1];
    if (defined !== undefined) {
      current = defined;
      counts.set(defined, 0);
    } else if (current !== undefined && /^\s{2,}\((?!local |param |result )/.test(line)) {
      counts.set(current, (counts.get(current) ?? 0) + 1);
    }
  }
  return counts;
}

/** Of each method, all functions it reaches. */
export function measureMethods(
  text: string,
  graph: CallGraph,
  methods: readonly AnalysedMethod[],
): BuildReport['methods'] {
  const counts = instructionCounts(text);
  return methods.map((method) => {
    let instructions = 0;
    for (const name of reachableFunctions(graph, thunkOf(graph, method)))
      instructions += counts.get(name) ?? 0;
    return { name: method.name, instructions };
  });
}

/** Initial pages of the module's memory. */
export function initialPages(wasm: Uint8Array): number {
  const reader = new Reader(wasm, 'module');
  reader.skip(8);
  while (reader.remaining > 0) {
    const id = reader.u8();
    const size = readLength(reader);
    if (id !== MEMORY_SECTION) {
      reader.skip(size);
      continue;
    }
    assert(readLength(reader) === 1, 'a contract has one memory');
    reader.skip(1);
    return readLength(reader);
  }
  return 0;
}

const MEMORY_SECTION = 5;

function readLength(reader: Reader): number {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = reader.u8();
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
}
