// Bounds on an uploaded module, the strictest of what comparable platforms enforce. They keep reading, validating,
// instrumenting and compiling linear and small; they are part of the protocol version.

/** Upper bounds of what a module may contain; sizes are bytes unless the name says otherwise. */
export interface WasmLimits {
  readonly moduleBytes: number;
  /** Bytes after instrumentation: at most this many times the input, plus `instrumentedSlack`. */
  readonly instrumentedFactor: number;
  readonly instrumentedSlack: number;
  readonly types: number;
  readonly functions: number;
  readonly bodyBytes: number;
  /** block, loop and if. */
  readonly blocksPerFunction: number;
  readonly blocksPerModule: number;
  readonly nesting: number;
  /** Declared locals, parameters apart. */
  readonly localsPerFunction: number;
  readonly localsPerModule: number;
  readonly paramsPerFunction: number;
  readonly paramsPerModule: number;
  readonly results: number;
  readonly globals: number;
  readonly tableEntries: number;
  /** Targets of one br_table, its default apart. */
  readonly branchTargets: number;
  readonly dataSegments: number;
  readonly elementSegments: number;
  readonly imports: number;
  readonly exports: number;
  readonly nameBytes: number;
  readonly pagesInitial: number;
  /** What memory can grow to; a smaller maximum in the module stands. */
  readonly pagesMax: number;
}

/** The limits of protocol version 0. */
export const WASM_LIMITS: WasmLimits = {
  moduleBytes: 256 * 1024,
  instrumentedFactor: 4,
  instrumentedSlack: 4096,
  types: 1024,
  functions: 4096,
  bodyBytes: 64 * 1024,
  blocksPerFunction: 5_000,
  blocksPerModule: 50_000,
  nesting: 1024,
  localsPerFunction: 256,
  localsPerModule: 10_000,
  paramsPerFunction: 32,
  paramsPerModule: 10_000,
  results: 1,
  globals: 256,
  tableEntries: 4096,
  branchTargets: 256,
  dataSegments: 128,
  elementSegments: 128,
  imports: 64,
  exports: 256,
  nameBytes: 256,
  pagesInitial: 16,
  pagesMax: 16,
};
