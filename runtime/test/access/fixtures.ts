// A small S0 for access tests: contracts by number with sections written as data, and stored values.

import type { AccessLookup } from '@weft/runtime/access/lookup';
import { type AccessRequest, explainAccess } from '@weft/runtime/access/resolve';
import { concatBytes, toHex } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import type {
  AccessMethod,
  AccessSection,
  AccessSet,
  AccessTemplate,
  Expression,
  ExtraAccess,
  KeyExpression,
} from '@weft/runtime/types/access';
import type { Address } from '@weft/runtime/types/address';
import {
  cellMax,
  encodeStateKey,
  fieldId,
  type KeyKind,
  keyText,
  type StateKey,
} from '@weft/runtime/types/key';
import type { Layout } from '@weft/runtime/types/layout';

export const filled = (n: number): Address => new Uint8Array(32).fill(n) as Address;
/** Contracts stand at 1, 2, …; accounts from 200. */
export const SENDER = filled(200);
export const codeHashOf = (n: number): Uint8Array => filled(100 + n);

export const U64: Layout = { kind: 'u64' };
export const U128: Layout = { kind: 'u128' };
export const ADDRESS: Layout = { kind: 'address' };
export const list = (item: Layout): Layout => ({ kind: 'list', item });
export const struct = (...layouts: Layout[]): Layout => ({
  kind: 'struct',
  fields: layouts.map((layout, i) => ({ name: String(i), layout })),
});

export const u64 = (value: number): Uint8Array => new Writer().u64(BigInt(value)).finish();
export const u128 = (value: bigint): Uint8Array => new Writer().u128(value).finish();
export const bytes = (content: Uint8Array): Uint8Array => new Writer().bytes(content).finish();
export const items = (...values: Uint8Array[]): Uint8Array =>
  concatBytes(new Writer().u32(values.length).finish(), ...values);

export const arg = (...path: number[]): Expression => ({ kind: 'args', path });
export const each = (inner: Expression): Expression => ({ kind: 'each', list: inner });
export const constant = (value: Uint8Array): Expression => ({ kind: 'const', bytes: value });

/** A storage key expression; kind 1 unless said. */
export const at = (field: string, components: Expression[], kind: KeyKind = 1): KeyExpression => ({
  space: 'storage',
  kind,
  field: fieldId(field),
  components,
});
export const template = (mode: 'read' | 'write' | 'past', key: KeyExpression): AccessTemplate => ({
  kind: 'key',
  mode,
  key,
});
/** The concrete key of contract n. */
export const stateKey = (n: number, field: string, components: Uint8Array[], kind: KeyKind = 1): StateKey =>
  encodeStateKey(kind, filled(n), fieldId(field), components);

/** A method with selector 7 unless said. */
export function method(
  args: Layout[],
  templates: AccessTemplate[],
  more: Partial<AccessMethod> = {},
): AccessMethod {
  return { selector: 7, view: false, payable: true, init: false, args, templates, ...more };
}

/** What every section is said to measure. */
export const SECTION_BYTES = 100;

/** S0 with one section a contract, and stored values by key. */
export function lookupOf(sections: AccessMethod[][], values: [StateKey, Uint8Array][] = []): AccessLookup {
  const stored = new Map(values.map(([key, value]) => [keyText(key), value]));
  const decoded = sections.map((methods): AccessSection => ({ version: 1, methods }));
  return {
    contractCode: (address) =>
      toHex(address) === toHex(filled(address[0] ?? 0)) &&
      (address[0] ?? 0) <= sections.length &&
      (address[0] ?? 0) > 0
        ? codeHashOf(address[0] ?? 0)
        : undefined,
    codeAccess: (codeHash) => {
      const section = decoded[(codeHash[0] ?? 0) - 101];
      return section && { section, bytes: SECTION_BYTES };
    },
    read: (key) => stored.get(keyText(key)),
    moduleHash: (code) => (code.length > 0 ? filled(code[0] ?? 0) : undefined),
  };
}

export interface TestCall {
  readonly to?: Uint8Array;
  readonly selector?: number;
  readonly args?: Uint8Array;
  readonly value?: bigint;
}

/** A transaction of calls (contract 1, selector 7 unless said). */
export function request(calls: TestCall[], extraAccess: ExtraAccess[] = []): AccessRequest {
  return {
    sender: SENDER,
    calls: calls.map(({ to = filled(1), selector = 7, args = new Uint8Array(0), value = 0n }) => ({
      contract: to as Address,
      selector,
      args,
      value,
    })),
    extraAccess,
  };
}

/** Contract 1 has one method; the set of one call with these arguments. */
export function resolveOne(
  layouts: Layout[],
  templates: AccessTemplate[],
  args: Uint8Array[] = [],
  values: [StateKey, Uint8Array][] = [],
): AccessSet {
  return explainAccess(
    request([{ args: concatBytes(...args) }]),
    lookupOf([[method(layouts, templates)]], values),
  );
}

/** Keys and modes as short texts: `read 0102…`. */
export const modes = (access: AccessSet): string[] =>
  access.keys.map((entry) => `${entry.mode} ${toHex(entry.key)}`).sort();
export const mode = (name: string, key: StateKey): string => `${name} ${toHex(key)}`;

/** What an add on a key of kind 1 comes out as. */
export const added = (key: StateKey, sums: Partial<AccessSet['keys'][number]>) => ({
  key,
  mode: 'add',
  up: 0n,
  down: 0n,
  floor: 0n,
  ceiling: cellMax(key[0] as KeyKind),
  extra: false,
  ...sums,
});
