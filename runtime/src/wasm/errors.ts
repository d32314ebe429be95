// What the WebAssembly floor refuses and why. Every refusal names a byte offset, and the function where there is one.
import { defineErrors } from '../base/errors.js';

/** Refusals of reading, validating and instrumenting a module. `place` is `offset N` or `function I (name), offset N`. */
export class WasmError extends defineErrors('WasmError', {
  WASM_MALFORMED: {
    what: 'the bytes are not a well-formed WebAssembly module',
    fix: 'Upload the file the compiler wrote, unchanged.',
  },
  WASM_INVALID: {
    what: 'the module does not type-check',
    fix: 'Build it again; a compiler never writes such a module.',
  },
  WASM_FEATURE: {
    what: 'the module uses a WebAssembly feature contracts may not use',
    fix: 'Contracts use integers, one memory and one table; build without floats, SIMD, threads and the like.',
  },
  WASM_LIMIT: { what: 'the module passes a limit', fix: 'Split or shrink the contract.' },
  WASM_IMPORT: {
    what: 'the module imports something the host does not offer',
    fix: 'Import only the host functions of module "weft", with their exact types.',
  },
  WASM_EXPORT: {
    what: 'an export is missing, mistyped or not allowed',
    fix: 'Export `memory` and `weft_call: (i32, i32) -> ()`, optionally `_start: () -> ()`; names from `weft.` on are reserved.',
  },
  WASM_MEMORY: {
    what: 'the memory is missing, imported, or its sizes are out of range',
    fix: 'Define exactly one memory within the page limits.',
  },
  WASM_TABLE: {
    what: 'the table is imported, doubled or too large',
    fix: 'Define at most one table of functions.',
  },
  WASM_SEGMENT: {
    what: 'a data or element segment does not fit',
    fix: 'Only active segments with a constant offset inside the initial memory or table are allowed.',
  },
  WASM_START: {
    what: 'the module has a start section',
    fix: 'Build with --exportStart _start; the chain calls it.',
  },
  WASM_SECTION_TWICE: {
    what: 'a custom section of ours appears twice',
    fix: 'Keep one section of each name.',
  },
}) {}
