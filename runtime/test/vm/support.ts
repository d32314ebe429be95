// What the VM's tests share: contracts from WebAssembly text, and a small chain of plain maps to run them over.

import { createEnforcer } from '@weft/runtime/access/enforce';
import { bytesText, concatBytes, utf8 } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import type { AccessMethod, AccessSet, KeyAccess } from '@weft/runtime/types/access';
import { encodeAccessSection } from '@weft/runtime/types/access-codec';
import type { Address, Hash32 } from '@weft/runtime/types/address';
import {
  cellMax,
  encodeStateKey,
  fieldId,
  type KeyKind,
  keyKind,
  keyText,
  type StateKey,
} from '@weft/runtime/types/key';
import { balanceKey, type ContractRecord } from '@weft/runtime/types/system';
import { decodeCell, encodeCell } from '@weft/runtime/types/value';
import { type CompiledCode, compileCode } from '@weft/runtime/vm/compiled-code';
import { HOST_IMPORTS } from '@weft/runtime/vm/host-functions';
import { HOST_TABLE } from '@weft/runtime/vm/host-table';
import { InstancePool } from '@weft/runtime/vm/instance-pool';
import { type RunOutcome, type RunRequest, runTransaction } from '@weft/runtime/vm/run-transaction';
import initWabt from 'wabt';

const wabt = await initWabt();

/** A method of a test contract: its body in WebAssembly text, `$length` being the arguments' length. */
export interface TestMethod {
  readonly body: string;
  readonly view?: boolean;
  readonly payable?: boolean;
  readonly init?: boolean;
}

/** Selectors of test contracts: 1, 2, … in the order of their methods. */
export function selectorIn(methods: Readonly<Record<string, unknown>>, name: string): number {
  return Object.keys(methods).indexOf(name) + 1;
}

const typeText = { pointer: 'i32', i32: 'i32', i64: 'i64' } as const;
const IMPORTS = HOST_TABLE.map((row) => {
  const params = row.params.map((param) => `(param ${typeText[param.type]})`).join(' ');
  const result = row.result === undefined ? '' : `(result ${row.result})`;
  return `(import "weft" "${row.name}" (func $${row.name} ${params} ${result}))`;
}).join('\n');

/** Uploadable bytes of a contract whose methods are WebAssembly text. */
export function contractBytes(
  methods: Readonly<Record<string, TestMethod>>,
  extra = '',
  pages = 1,
): Uint8Array {
  const names = Object.keys(methods);
  const functions = names.map((name) => `(func $m_${name} (param $length i32) ${methods[name]!.body})`);
  const cases = names.map(
    (name, index) =>
      `(if (i32.eq (local.get $selector) (i32.const ${index + 1})) (then (call $m_${name} (local.get $length)) (return)))`,
  );
  const text = `(module ${IMPORTS} (memory (export "memory") ${pages}) ${extra} ${functions.join('\n')}
    (func (export "weft_call") (param $selector i32) (param $length i32) ${cases.join('\n')} unreachable))`;
  const section = names.map(
    (name, index): AccessMethod => ({
      selector: index + 1,
      view: methods[name]!.view ?? false,
      payable: methods[name]!.payable ?? false,
      init: methods[name]!.init ?? false,
      args: [],
      templates: [],
    }),
  );
  return withAccess(wasmOf(text), section);
}

/** Bytes of a module's text. */
export function wasmOf(text: string): Uint8Array {
  const module = wabt.parseWat('contract.wat', text);
  try {
    return module.toBinary({}).buffer;
  } finally {
    module.destroy();
  }
}

/** The module with a `weft.access` section behind it. */
export function withAccess(wasm: Uint8Array, methods: readonly AccessMethod[]): Uint8Array {
  const payload = encodeAccessSection({ version: 1, methods });
  const name = utf8('weft.access');
  const content = concatBytes(leb(name.length), name, payload);
  return concatBytes(wasm, new Uint8Array([0]), leb(content.length), content);
}

function leb(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return new Uint8Array([...bytes, rest]);
    bytes.push((rest & 127) | 128);
  }
}

/** 32 bytes that stand for a name. */
export function named(name: string): Address {
  return sha256(utf8(name)) as Address;
}

/** What a contract passes as a key: field(8) ‖ components. */
export function hostKey(field: string, ...components: readonly Uint8Array[]): Uint8Array {
  return encodeStateKey(0, named('x'), fieldId(field), components).slice(33);
}

/** The same key under a contract. */
export function keyOf(
  kind: KeyKind,
  contract: Address,
  field: string,
  ...components: readonly Uint8Array[]
): StateKey {
  return encodeStateKey(kind, contract, fieldId(field), components);
}

/** One key of an access set; bounds default to the widest. */
export function keyAccess(key: StateKey, mode: KeyAccess['mode'], rest: Partial<KeyAccess> = {}): KeyAccess {
  return { key, mode, up: 0n, down: 0n, floor: 0n, ceiling: cellMax(keyKind(key)), extra: false, ...rest };
}

/** An access set over keys; reaches the contracts given. */
export function accessOf(
  keys: readonly KeyAccess[],
  contracts: readonly Address[],
  rest: Partial<AccessSet> = {},
): AccessSet {
  return {
    keys,
    locks: [],
    past: [],
    contracts: contracts.map((address) => ({ address, codeHash: named('code') })),
    keyCount: keys.length,
    deployBytes: 0,
    ...rest,
  };
}

/** A chain of plain maps: state, contracts and code in S0. */
export class TestChain {
  readonly values = new Map<string, Uint8Array>();
  readonly codes = new Map<string, CompiledCode>();
  readonly contracts = new Map<string, ContractRecord>();
  readonly reads: string[] = [];
  pool = new InstancePool(HOST_IMPORTS);
  height = 7;
  time = 1_700_000_000_123;
  grandparentHash: Uint8Array = named('grandparent');

  /** Puts a contract at an address that stands for its name. */
  install(name: string, bytes: Uint8Array): Address {
    const code = this.addCode(bytes);
    const address = named(name);
    this.contracts.set(bytesText(address), {
      codeHash: code.codeHash,
      creator: named('creator'),
      authority: undefined,
    });
    return address;
  }

  addCode(bytes: Uint8Array): CompiledCode {
    const code = compileCode(bytes);
    this.codes.set(bytesText(code.codeHash), code);
    return code;
  }

  setCell(key: StateKey, value: bigint): void {
    const stored = encodeCell(keyKind(key), value);
    if (stored === undefined) this.values.delete(keyText(key));
    else this.values.set(keyText(key), stored);
  }

  cell(key: StateKey): bigint {
    return decodeCell(keyKind(key), this.values.get(keyText(key)));
  }

  fund(address: Address, amount: bigint): void {
    this.setCell(balanceKey(address), amount);
  }

  balance(address: Address): bigint {
    return this.cell(balanceKey(address));
  }

  /** Runs a transaction; what it wrote is applied when it ends OK. Unrestricted unless an access set is given. */
  run(
    calls: RunRequest['calls'],
    options: Partial<RunRequest> & { access?: AccessSet; past?: Map<string, Uint8Array> } = {},
  ): RunOutcome {
    const { access, past, ...rest } = options;
    const outcome = runTransaction(
      {
        sender: named('sender'),
        calls,
        gasLimit: 10_000_000,
        index: 0,
        enforcer: access === undefined ? null : createEnforcer(access),
        tail: false,
        notes: true,
        ...rest,
      },
      {
        state: {
          read: (key) => {
            this.reads.push(keyText(key));
            return this.values.get(keyText(key));
          },
          past: (key) => (past ?? this.values).get(keyText(key)),
        },
        codes: {
          contractAt: (address) => this.contracts.get(bytesText(address)),
          sizeOf: (codeHash: Hash32) => this.codes.get(bytesText(codeHash))?.codeBytes,
          code: (codeHash: Hash32) => this.codes.get(bytesText(codeHash)),
        },
        pool: this.pool,
        height: this.height,
        time: this.time,
        grandparentHash: this.grandparentHash,
      },
    );
    for (const [text, { value }] of outcome.writes) {
      if (value === undefined) this.values.delete(text);
      else this.values.set(text, value);
    }
    return outcome;
  }
}

/** A call with raw argument bytes. */
export function callTo(
  contract: Address,
  selector: number,
  args: Uint8Array = new Uint8Array(0),
  value = 0n,
): RunRequest['calls'][number] {
  return { contract, selector, args, value };
}
