// Where everything of the output stands: indices of injected globals and functions, and the type table. Old types keep
// their indices, each has its threaded twin right behind all of them, then come the few types of ours.
import type { WasmLimits } from './limits.js';
import type { FunctionType, WasmModule } from './module.js';
import { TYPE } from './opcodes.js';

/** Names and types of the injected exports, in the order of their functions. */
export const ACCESSORS: readonly {
  readonly name: string;
  readonly params: number[];
  readonly results: number[];
}[] = [
  { name: 'weft.gas', params: [], results: [TYPE.f64] },
  { name: 'weft.set_gas', params: [TYPE.f64], results: [] },
  { name: 'weft.depth', params: [], results: [TYPE.i32] },
  { name: 'weft.set_depth', params: [TYPE.i32], results: [] },
  { name: 'weft.halt', params: [], results: [TYPE.i32] },
  { name: 'weft.stored', params: [], results: [TYPE.i32] },
  { name: 'weft.reset', params: [], results: [] },
];

/** Indices and types of the output of one module. */
export class OutputLayout {
  readonly gasGlobal: number;
  readonly depthGlobal: number;
  readonly haltGlobal: number;
  /** How far the contract stored; see `track-stores.ts`. */
  readonly storedGlobal: number;
  readonly firstAccessor: number;
  /** The injected `(pages, gas) -> (result, gas)`; meaningless without a memory. */
  readonly growFunction: number;
  readonly hasMemory: boolean;
  /** What memory may grow to is known, so an engine that refuses below it is at fault; not so with an imported one. */
  readonly ownMemory: boolean;
  /** Pages memory may grow to. */
  readonly pagesMax: number;
  /** Exported functions of the module's own, each once, in export order: each gets a thunk of its old type. */
  readonly thunks: readonly number[];
  /** Imported functions that become references, as those placed in the table: each gets a trampoline of the threaded type. */
  readonly trampolines: readonly number[];
  readonly #moved = new Map<number, number>();
  readonly #trampolineOf = new Map<number, number>();
  readonly #types: { readonly params: Uint8Array; readonly results: Uint8Array }[];
  readonly #byText = new Map<string, number>();

  /** `references`: code may take a reference of any function. */
  constructor(
    readonly module: WasmModule,
    limits: WasmLimits,
    readonly references: boolean,
  ) {
    const globals = module.importedGlobals + module.globals.length;
    this.gasGlobal = globals;
    this.depthGlobal = globals + 1;
    this.haltGlobal = globals + 2;
    this.storedGlobal = globals + 3;
    const memory =
      module.memories[0] ??
      module.imports.flatMap((entry) => (entry.kind === 'memory' ? [entry.limits] : []))[0];
    this.hasMemory = memory !== undefined;
    this.ownMemory = module.memories.length > 0;
    this.pagesMax = Math.min(memory?.max ?? limits.pagesMax, Math.max(limits.pagesMax, memory?.min ?? 0));
    this.firstAccessor = module.functions.length;
    this.growFunction = this.firstAccessor + ACCESSORS.length;
    let next = this.growFunction + (this.hasMemory ? 1 : 0);
    for (const index of exportedFunctions(module)) {
      if (index >= module.importedFunctions && !this.#moved.has(index)) this.#moved.set(index, next++);
    }
    for (const index of references ? module.functions.keys() : tableFunctions(module)) {
      if (index < module.importedFunctions && !this.#trampolineOf.has(index))
        this.#trampolineOf.set(index, next++);
    }
    this.thunks = [...this.#moved.keys()];
    this.trampolines = [...this.#trampolineOf.keys()];
    this.#types = [...module.types, ...module.types.map(threadedType)];
  }

  /** The function an export of `index` shows, and a start section calls. */
  exported(index: number): number {
    return this.#moved.get(index) ?? index;
  }

  /** The function of the threaded type that a reference of `index` means. */
  reference(index: number): number {
    return this.#trampolineOf.get(index) ?? index;
  }

  /** Index of the type that is old type `index` with gas and depth. */
  threaded(index: number): number {
    return this.module.types.length + index;
  }

  /** Index of a type of ours, added on first use. */
  typeIndex(params: readonly number[], results: readonly number[]): number {
    const text = `${params.join()}:${results.join()}`;
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const index = this.#types.length;
    this.#types.push({ params: Uint8Array.from(params), results: Uint8Array.from(results) });
    this.#byText.set(text, index);
    return index;
  }

  /** A block type that leaves `results`: a type's byte, or 256 + a type index. */
  blockType(results: Uint8Array): number {
    if (results.length === 0) return TYPE.empty;
    return results.length === 1 ? results[0]! : 256 + this.typeIndex([], [...results]);
  }

  /** All types so far, in index order. */
  types(): readonly { readonly params: Uint8Array; readonly results: Uint8Array }[] {
    return this.#types;
  }
}

function exportedFunctions({ exports, start }: WasmModule): number[] {
  const indices = exports.filter(({ kind }) => kind === 'function').map(({ index }) => index);
  return start === undefined ? indices : [...indices, start.function];
}

function* tableFunctions(module: WasmModule): Iterable<number> {
  for (const segment of module.elements) yield* segment.functions;
}

function threadedType(type: FunctionType): { params: Uint8Array; results: Uint8Array } {
  return {
    params: Uint8Array.of(...type.params, TYPE.i64, TYPE.i64),
    results: Uint8Array.of(...type.results, TYPE.i64),
  };
}
