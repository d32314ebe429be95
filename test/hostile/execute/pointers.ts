// Attack 26: every host function, each of its pointers and lengths in turn at the end of the address space, just past
// the memory, and all of them overlapping. The host answers with a code or the gas is gone; it never throws.
import { HOST_TABLE, type HostFunction } from '@weft/runtime/vm/host-table';
import { buildContract, type HostileMethod, selectorIn } from '../contracts.js';
import { PAGES } from './methods.js';

/** What a parameter is when it is not the one under attack, so that the attacked one is what the host meets. */
const BENIGN: Readonly<Record<string, number>> = {
  key: 24,
  keyLength: 14,
  bits: 64,
  topics: 16,
  topicsLength: 4,
};
const MEMORY_BYTES = PAGES * 65_536;

/** One attack on one parameter. */
export interface PointerCase {
  readonly name: string;
  /** The attacked parameter is a pointer that no memory has. */
  readonly badPointer: boolean;
}

const cases: PointerCase[] = [];
const methods: Record<string, HostileMethod> = {};

function add(
  row: HostFunction,
  name: string,
  argument: (index: number) => number,
  badPointer: boolean,
): void {
  const values = row.params.map(({ type }, index) =>
    type === 'i64' ? '(i64.const 0)' : `(i32.const ${argument(index)})`,
  );
  const call = `(call $${row.name} ${values.join(' ')})`;
  methods[`m${cases.length}`] = {
    body: row.result === undefined ? call : `(drop ${call})`,
    templates: [{ kind: 'contract', mode: 'write' }],
  };
  cases.push({ name: `26 ${row.name}: ${name}`, badPointer });
}

for (const row of HOST_TABLE) {
  const benign = (index: number): number => {
    const { name, type } = row.params[index]!;
    return BENIGN[name] ?? (type === 'pointer' ? 1024 : 8);
  };
  row.params.forEach(({ name, type }, attacked) => {
    if (type === 'i64') return;
    const pointer = type === 'pointer';
    const at = (value: number) => (index: number) => (index === attacked ? value : benign(index));
    add(row, `${name} of 2^32-1`, at(-1), pointer);
    if (pointer) add(row, `${name} at the end of memory`, at(MEMORY_BYTES - 1), false);
  });
  if (row.params.length > 1) {
    add(row, 'everything 2^32-1', () => -1, false);
    const overlapping = (index: number) => (row.params[index]!.type === 'pointer' ? 24 : benign(index));
    add(row, 'everything overlapping', overlapping, false);
  }
}

/** The attacks, in the order of their methods. */
export const POINTER_CASES: readonly PointerCase[] = cases;

/** Bytes as uploaded: one method an attack. */
export function pointerContract(): Uint8Array {
  return buildContract(methods, '(data (i32.const 24) "FIELD_K_\\04\\00KEYS")', PAGES);
}

/** The selector of an attack's method. */
export function pointerSelector(index: number): number {
  return selectorIn(methods, `m${index}`);
}
