// The parsed module: section contents as plain data, every item with its byte offset, function bodies unread.

/** Bytes [start, end) of the module. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Value types are the format's bytes, see `TYPE`. */
export interface FunctionType {
  readonly params: Uint8Array;
  readonly results: Uint8Array;
  readonly offset: number;
}

export interface Limits {
  readonly min: number;
  readonly max: number | undefined;
  readonly offset: number;
}

/** A table; entries are references of `element`, a type's byte. */
export interface Table extends Limits {
  readonly element: number;
}

export interface GlobalType {
  readonly type: number;
  readonly mutable: boolean;
}

export type ImportEntry = { readonly module: string; readonly name: string; readonly offset: number } & (
  | { readonly kind: 'function'; readonly typeIndex: number }
  | { readonly kind: 'table'; readonly limits: Table }
  | { readonly kind: 'memory'; readonly limits: Limits }
  | { readonly kind: 'global'; readonly global: GlobalType }
);

/** One constant instruction; `value` is set for i32.const, as unsigned, for global.get and ref.func. */
export interface ConstantExpression extends Span {
  readonly opcode: number;
  readonly value: number | undefined;
}

export interface Global extends GlobalType {
  readonly init: ConstantExpression;
  readonly offset: number;
}

export type ExternalKind = 'function' | 'table' | 'memory' | 'global';
export interface ExportEntry {
  readonly name: string;
  readonly kind: ExternalKind;
  readonly index: number;
  readonly offset: number;
}

/** An element segment; contracts have active ones of table 0 (flags 0) only. */
export interface ElementSegment {
  /** Core specification §5.5.12: 1 passive or declarative, 2 explicit table or declarative, 4 expressions. */
  readonly flags: number;
  readonly table: number;
  /** Of active ones. */
  readonly at: ConstantExpression | undefined;
  /** Type of the references. */
  readonly element: number;
  /** Where `flags` say functions. */
  readonly functions: readonly number[];
  /** Where `flags` say expressions. */
  readonly expressions: readonly ConstantExpression[];
  readonly offset: number;
}

/** A data segment; contracts have active ones only. */
export interface DataSegment {
  /** Of active ones. */
  readonly at: ConstantExpression | undefined;
  readonly bytes: Span;
  readonly offset: number;
}

/** A function body: `locals` as run lengths, instructions in [start, end) with the closing `end`. */
export interface FunctionBody extends Span {
  readonly offset: number;
  readonly localRuns: readonly { readonly count: number; readonly type: number }[];
  /** Declared locals, parameters apart. */
  readonly locals: number;
}

/** A section: [start, end) with its id and size, content from `content` on. */
export interface Section extends Span {
  readonly id: number;
  readonly content: number;
}

export interface CustomSection extends Section {
  readonly name: string;
  /** Where the payload begins, after the name. */
  readonly payload: number;
}

export interface WasmModule {
  readonly bytes: Uint8Array;
  /** All but the custom ones, in file order. */
  readonly sections: readonly Section[];
  readonly customs: readonly CustomSection[];
  readonly types: readonly FunctionType[];
  readonly imports: readonly ImportEntry[];
  /** Type index of each function, imported ones first. */
  readonly functions: readonly number[];
  readonly importedFunctions: number;
  readonly importedGlobals: number;
  /** Defined ones only, as the next two. */
  readonly tables: readonly Table[];
  readonly memories: readonly Limits[];
  readonly globals: readonly Global[];
  readonly exports: readonly ExportEntry[];
  readonly start: { readonly function: number; readonly offset: number } | undefined;
  readonly elements: readonly ElementSegment[];
  readonly bodies: readonly FunctionBody[];
  readonly data: readonly DataSegment[];
}

/** Section ids of core specification §5.5.2. */
export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

/** The type of a function by its index, or undefined past the last. */
export function functionType(module: WasmModule, index: number): FunctionType | undefined {
  const type = module.functions[index];
  return type === undefined ? undefined : module.types[type];
}
