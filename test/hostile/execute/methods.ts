// The methods of the contract that attacks its node at run time.
import type { AccessTemplate } from '@weft/runtime/types/access';
import { WASM_LIMITS } from '@weft/runtime/wasm/limits';
import { buildContract, type HostileMethod, selectorIn } from '../contracts.js';

/** Pages (64 KiB) at the start. */
export const PAGES = 2;
/** The most a contract may have. */
const PAGES_MAX = WASM_LIMITS.pagesMax;
const WRITES: readonly AccessTemplate[] = [{ kind: 'contract', mode: 'write' }];

const i32 = (value: number): string => `(i32.const ${value})`;
/** Runs `body` for ever. */
const forever = (body: string): string => `(loop $again ${body} (br $again))`;
/** Stores each number at 64, 68, ... and returns them. */
function report(...values: readonly string[]): string {
  const stores = values.map((value, index) => `(i32.store ${i32(64 + 4 * index)} ${value})`);
  return `${stores.join('\n')} (call $output ${i32(64)} ${i32(4 * values.length)})`;
}
const grow = (pages: number): string => `(memory.grow ${i32(pages)})`;
/** A key of `field` and one component of 4 bytes, which stand at 32; its pointer and length. */
const KEY = `${i32(24)} ${i32(14)}`;
const PUT = `(call $storage_set ${KEY} ${i32(64)} ${i32(4)})`;
/** Arguments: callee(32), selector(4), then the callee's; what came back is 4 bytes of result and 2 of code. */
function forward(name: string): string {
  return `(local $result i32) (call $input ${i32(1024)})
    (local.set $result (call $${name} ${i32(1024)} (i32.load ${i32(1056)}) ${i32(1060)}
      (i32.sub (local.get $length) ${i32(36)}) ${i32(0)} (i64.const 0)))
    (drop (call $returned ${i32(80)} ${i32(4)}))
    ${report('(local.get $result)', `(i32.load16_u ${i32(80)})`)}`;
}
/** Calls the callee of the arguments for ever, each time 64 KiB of its result copied. */
const bomb = `(call $input ${i32(1024)}) ${forever(
  `(drop (call $try_call ${i32(1024)} (i32.load ${i32(1056)}) ${i32(1060)} ${i32(0)} ${i32(0)} (i64.const 0)))
   (drop (call $returned ${i32(4096)} ${i32(65_536)}))`,
)}`;
const readDepth = `(call $input ${i32(1024)})`;

/** All methods, in the order of their selectors. */
export const METHODS: Readonly<Record<string, HostileMethod>> = {
  spin: { body: forever('') },
  spinHost: { body: forever(`(call $context ${i32(0)})`) },
  spinCalls: { body: forever('(call $leaf)') },
  // Their callers pay for `$dear`, and the ifs keep the whole from being one sum.
  dearCalls: { body: `${'(call $dear) '.repeat(20)} (if (local.get $length) (then (nop)))`.repeat(400) },
  narrow: { body: `${readDepth} (call $narrow (i32.load ${i32(1024)}))`, args: [{ kind: 'u32' }] },
  wide: { body: `${readDepth} (call $wide (i32.load ${i32(1024)}))`, args: [{ kind: 'u32' }] },
  endless: { body: '(call $endless)' },
  grow: {
    body: report(
      grow(-1),
      grow(0),
      grow(PAGES_MAX),
      grow(PAGES_MAX - PAGES),
      grow(1),
      grow(-65_536),
      '(memory.size)',
    ),
  },
  growSpin: { body: `(drop ${grow(PAGES_MAX - PAGES)}) ${forever(`(drop ${grow(1)})`)}` },
  fill: {
    body: `(drop ${grow(PAGES_MAX - PAGES)})
      (memory.fill ${i32(0)} ${i32(7)} ${i32(PAGES_MAX * 65_536)})
      (memory.copy ${i32(1)} ${i32(0)} ${i32(PAGES_MAX * 65_536 - 1)})
      ${report(`(i32.load8_u ${i32(PAGES_MAX * 65_536 - 1)})`)}`,
  },
  fillPast: { body: `(memory.fill ${i32(PAGES * 65_536 - 8)} ${i32(1)} ${i32(9)})` },
  fillWhole: { body: `(memory.fill ${i32(0)} ${i32(1)} ${i32(-1)})` },
  copyPast: { body: `(memory.copy ${i32(0)} ${i32(PAGES * 65_536 - 8)} ${i32(9)})` },
  fillSpin: { body: forever(`(memory.fill ${i32(0)} ${i32(1)} ${i32(PAGES * 65_536)})`) },
  unreachable: { body: '(unreachable)' },
  divide: { body: `(drop (i32.div_s ${i32(1)} (i32.load ${i32(512)})))` },
  overflow: { body: `(drop (i64.div_s (i64.const -9223372036854775808) (i64.const -1)))` },
  outside: { body: `(drop (i32.load offset=4294967295 ${i32(-1)}))` },
  indirect: { body: `(call_indirect (type $nothing) ${i32(5)})` },
  mistyped: { body: `(call_indirect (type $nothing) ${i32(0)})` },
  passive: {
    body: `(call $input ${i32(1024)}) ${report(`(i32.load8_u ${i32(1024)})`)}`,
    args: [{ kind: 'u32' }],
  },
  call: { body: forward('call') },
  tryCall: { body: forward('try_call') },
  returnBomb: { body: bomb },
  logSpin: { body: forever(`(call $log ${i32(0)} ${i32(1)})`) },
  logHuge: { body: `(drop ${grow(PAGES_MAX - PAGES)}) (call $log ${i32(0)} ${i32(PAGES_MAX * 65_536)})` },
  emitSpin: { body: forever(`(call $emit ${i32(0)} ${i32(16)} ${i32(4)} ${i32(64)} ${i32(4)})`) },
  emitHuge: { body: `(call $emit ${i32(0)} ${i32(16)} ${i32(4)} ${i32(0)} ${i32(65_533)})` },
  emitMost: { body: `(call $emit ${i32(0)} ${i32(16)} ${i32(4)} ${i32(0)} ${i32(65_532)})` },
  emitTopics: {
    body: `(i32.store ${i32(64)} ${i32(-1)}) (call $emit ${i32(0)} ${i32(64)} ${i32(4)} ${i32(0)} ${i32(0)})`,
  },
  emitLying: {
    body: `(i32.store ${i32(64)} ${i32(1)}) (i32.store ${i32(68)} ${i32(-8)})
      (call $emit ${i32(0)} ${i32(64)} ${i32(16)} ${i32(0)} ${i32(0)})`,
  },
  put: { body: PUT, templates: WRITES },
  putThenTrap: {
    body: `${PUT} (call $emit ${i32(0)} ${i32(16)} ${i32(4)} ${i32(0)} ${i32(4)}) (unreachable)`,
    templates: WRITES,
  },
  get: { body: report(`(call $storage_get ${KEY} ${i32(96)} ${i32(4)})`), templates: WRITES },
  putSpin: {
    body: forever(`(i32.store ${i32(34)} (i32.add (i32.load ${i32(34)}) ${i32(1)})) ${PUT}`),
    templates: WRITES,
  },
  putHuge: { body: `(call $storage_set ${KEY} ${i32(0)} ${i32(65_536)})`, templates: WRITES },
  putMost: { body: `(call $storage_set ${KEY} ${i32(0)} ${i32(65_535)})`, templates: WRITES },
  keyHuge: {
    body: `(i32.store16 ${i32(4096 + 8)} ${i32(992 - 10)})
      (call $storage_set ${i32(4096)} ${i32(992)} ${i32(0)} ${i32(1)})`,
    templates: WRITES,
  },
  keyMost: {
    body: `(i32.store16 ${i32(4096 + 8)} ${i32(991 - 10)})
      (call $storage_set ${i32(4096)} ${i32(991)} ${i32(0)} ${i32(1)})`,
    templates: WRITES,
  },
  keyShort: { body: `(call $storage_set ${i32(24)} ${i32(7)} ${i32(0)} ${i32(1)})`, templates: WRITES },
  keyLying: {
    body: `(i32.store16 ${i32(4096 + 8)} ${i32(65_535)})
      (call $storage_set ${i32(4096)} ${i32(14)} ${i32(0)} ${i32(1)})`,
    templates: WRITES,
  },
  outputHuge: { body: `(call $output ${i32(0)} ${i32(65_537)})` },
  outputMost: { body: `(call $output ${i32(0)} ${i32(65_536)})` },
  outputSpin: { body: forever(`(call $output ${i32(0)} ${i32(65_536)})`) },
  revertHuge: { body: `(call $revert ${i32(0)} ${i32(4097)})` },
  revertMost: { body: `(call $revert ${i32(0)} ${i32(4096)})` },
  abortHuge: { body: `(call $abort ${i32(0)} ${i32(4097)} ${i32(1)} ${i32(1)})` },
  hashHuge: {
    body: `(drop ${grow(PAGES_MAX - PAGES)}) (call $sha256 ${i32(0)} ${i32(PAGES_MAX * 65_536)} ${i32(0)})`,
  },
};

/** 250 values alive over the recursive call. */
const WIDE = `(func $wide (param $n i32) ${Array.from({ length: 248 }, (_, at) => `(local $l${at} i64)`).join(' ')}
  ${Array.from({ length: 248 }, (_, at) => `(local.set $l${at} (i64.extend_i32_u (i32.mul (local.get $n) ${i32(at)})))`).join('\n')}
  (if (local.get $n) (then (call $wide (i32.sub (local.get $n) ${i32(1)}))))
  ${Array.from({ length: 248 }, (_, at) => `(i64.store ${i32(8192)} (local.get $l${at}))`).join('\n')})`;
const EXTRA = `(type $nothing (func))
  (table 1 1 funcref) (elem (i32.const 0) $odd) (func $odd (param i64))
  (data (i32.const 0) "EVENT_ID") (data (i32.const 24) "FIELD_K_\\04\\00KEYS")
  (func $leaf)
  (func $dear (local i32) ${'(local.set 0 (i32.load (i32.and (local.get 0) (i32.const 0xfff0))))'.repeat(7)})
  (func $narrow (param $n i32) (if (local.get $n) (then (call $narrow (i32.sub (local.get $n) ${i32(1)})))))
  (func $endless (call $endless))
  ${WIDE}
  (func (export "allocate") (param i32) (result i32) (unreachable))
  (func (export "__new") (param i32 i32) (result i32) (loop $l (br $l)) (unreachable))`;

/** Bytes as uploaded. */
export function hostileContract(): Uint8Array {
  return buildContract(METHODS, EXTRA, PAGES);
}

/** The selector of a method. */
export function hostileSelector(method: string): number {
  return selectorIn(METHODS, method);
}
