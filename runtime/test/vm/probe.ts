// A contract that calls any host function with whatever its caller says: the arguments are an image of memory
// (parameters as i32 at 0, gas at 32, result to 48, bytes to give back at 52, from 64 on free); the call returns memory.
import { concatBytes } from '@weft/runtime/base/bytes';
import { HOST_TABLE } from '@weft/runtime/vm/host-table';
import { contractBytes, selectorIn, type TestMethod } from './support.js';

export const FREE = 64;
const RESULT = 48;

/** Methods named as the host functions. */
export const PROBE_METHODS: Readonly<Record<string, TestMethod>> = Object.fromEntries(
  HOST_TABLE.map((row) => {
    const params = row.params.map((param, index) =>
      param.type === 'i64' ? '(i64.load (i32.const 32))' : `(i32.load (i32.const ${4 * index}))`,
    );
    const call = `(call $${row.name} ${params.join(' ')})`;
    const body = row.result === undefined ? call : `(i32.store (i32.const ${RESULT}) ${call})`;
    const dump = '(call $output (i32.const 0) (i32.load (i32.const 52)))';
    return [row.name, { body: `(call $input (i32.const 0)) ${body} ${dump}`, payable: true }];
  }),
);

export const PROBE_BYTES = contractBytes(PROBE_METHODS);
/** The same, every method a view. */
export const VIEW_PROBE_BYTES = contractBytes(
  Object.fromEntries(
    Object.entries(PROBE_METHODS).map(([name, method]) => [name, { ...method, view: true }]),
  ),
);

/** Selector of the probe's method of a host function. */
export function probeSelector(name: string): number {
  return selectorIn(PROBE_METHODS, name);
}

/** Arguments for the probe: host parameters, free bytes put at 64, how many bytes of memory to give back. */
export function probeArgs(
  params: readonly number[],
  free: readonly Uint8Array[] = [],
  dump = 64,
  gas = 0n,
): Uint8Array {
  const head = new Uint8Array(FREE);
  const view = new DataView(head.buffer);
  for (const [index, value] of params.entries()) view.setInt32(4 * index, value | 0, true);
  view.setBigUint64(32, gas, true);
  view.setUint32(52, dump, true);
  return concatBytes(head, ...free);
}

/** What the host function gave back. */
export function probeResult(memory: Uint8Array): number {
  return new DataView(memory.buffer, memory.byteOffset).getInt32(RESULT, true);
}
