// Contracts that mean harm, from WebAssembly text: every host function is imported under its own name, methods are
// numbered from 1 in their order. Their access is what each method states, most often nothing.
import { concatBytes, utf8 } from '@weft/runtime/base/bytes';
import type { AccessMethod, AccessTemplate } from '@weft/runtime/types/access';
import { encodeAccessSection } from '@weft/runtime/types/access-codec';
import type { Layout } from '@weft/runtime/types/layout';
import { HOST_TABLE } from '@weft/runtime/vm/host-table';
import createWabt from 'wabt';

const wabt = await createWabt();

/** Everything wabt can write, for modules that are to be refused. */
const ALL_FEATURES = {
  exceptions: true,
  threads: true,
  tail_call: true,
  bulk_memory: true,
  reference_types: true,
  simd: true,
  multi_value: true,
  mutable_globals: true,
  multi_memory: true,
  memory64: true,
  sign_extension: true,
  sat_float_to_int: true,
};

/** A method: its body with `$length`, the length of its arguments; their layouts; what it declares. */
export interface HostileMethod {
  readonly body: string;
  readonly args?: readonly Layout[];
  readonly templates?: readonly AccessTemplate[];
}

const typeText = { pointer: 'i32', i32: 'i32', i64: 'i64' } as const;

/** Every host function as an import. */
export const HOST_IMPORTS: string = HOST_TABLE.map((row) => {
  const params = row.params.map((param) => `(param ${typeText[param.type]})`).join(' ');
  const result = row.result === undefined ? '' : `(result ${row.result})`;
  return `(import "weft" "${row.name}" (func $${row.name} ${params} ${result}))`;
}).join('\n');

/** What every contract has. */
export const ENTRY = '(memory (export "memory") 1) (func (export "weft_call") (param i32 i32))';

/** Bytes of a module's text. */
export function wasmOf(text: string): Uint8Array {
  const module = wabt.parseWat('hostile.wat', text, ALL_FEATURES);
  try {
    return Uint8Array.from(module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}

/** The module with a `weft.access` section of these methods, by default of none. */
export function withAccess(wasm: Uint8Array, methods: readonly AccessMethod[] = []): Uint8Array {
  return concatBytes(wasm, customSection('weft.access', encodeAccessSection({ version: 1, methods })));
}

/** A custom section. */
export function customSection(name: string, payload: Uint8Array): Uint8Array {
  const content = concatBytes(leb(name.length), utf8(name), payload);
  return concatBytes(new Uint8Array([0]), leb(content.length), content);
}

/** Unsigned LEB128. */
export function leb(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return new Uint8Array([...bytes, rest]);
    bytes.push((rest & 127) | 128);
  }
}

/** A contract that may be uploaded. */
export function buildContract(
  methods: Readonly<Record<string, HostileMethod>>,
  extra = '',
  pages = 1,
): Uint8Array {
  const entries = Object.entries(methods);
  const functions = entries.map(([name, { body }]) => `(func $m_${name} (param $length i32) ${body})`);
  const cases = entries.map(
    ([name], index) =>
      `(if (i32.eq (local.get 0) (i32.const ${index + 1})) (then (call $m_${name} (local.get 1)) (return)))`,
  );
  const text = `(module ${HOST_IMPORTS} (memory (export "memory") ${pages}) ${extra} ${functions.join('\n')}
    (func (export "weft_call") (param i32 i32) ${cases.join('\n')} unreachable))`;
  const section = entries.map(
    ([, { args, templates }], index): AccessMethod => ({
      selector: index + 1,
      view: false,
      payable: false,
      init: false,
      args: args ?? [],
      templates: templates ?? [],
    }),
  );
  return withAccess(wasmOf(text), section);
}

/** The selector of a method. */
export function selectorIn(methods: Readonly<Record<string, unknown>>, name: string): number {
  return Object.keys(methods).indexOf(name) + 1;
}
