// Random contracts that store everywhere: every method runs bursts of stores, fills, copies, host functions that write,
// growth and changes of globals between random control flow, and ends in a random way. It shows its whole first page, so
// that nothing an earlier call left behind stays unseen.
import { encodeAccessSection } from '@weft/runtime/types/access-codec';
import { customSection, wasmOf } from '../../hostile/contracts.js';

/** Methods of a random contract; their selectors are 1 to this. */
export const RANDOM_METHODS = 8;
const PAGE = 65_536;

const HEAD = `(module
  (import "weft" "emit" (func $emit (param i32 i32 i32 i32 i32)))
  (import "weft" "output" (func $output (param i32 i32)))
  (import "weft" "input" (func $input (param i32)))
  (import "weft" "revert" (func $revert (param i32 i32)))
  (import "weft" "context" (func $context (param i32)))
  (type $f (func (param i32 i32) (result i32)))
  (memory (export "memory") 1 3)
  (data (i32.const 700) "image of a new instance")
  (global $g (mut i32) (i32.const 7))
  (global $h (mut i64) (i64.const -9))
  (global $left (mut i32) (i32.const 40))
  (table 4 funcref)
  (elem (i32.const 0) $f0 $f1 $f2 $f3)
  (func $note (param $value i32)
    (i32.store (i32.const 512) (local.get $value)) (i32.store (i32.const 520) (i32.const 0))
    (call $emit (i32.const 600) (i32.const 520) (i32.const 4) (i32.const 512) (i32.const 4)))`;

/** A source of numbers from a seed (mulberry32): `pick(n)` gives 0 to n-1. */
export function randomSource(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
}

/** Uploadable bytes; `pick(n)` gives 0 to n-1. */
export function randomContract(pick: (n: number) => number): Uint8Array {
  // Functions call each other in any order; a global counts down so that a call ends, unless a loop is for ever.
  const functions = Array.from(
    { length: 4 },
    (_, index) => `(func $f${index} (type $f) (local $x i32)
      (global.set $left (i32.sub (global.get $left) (i32.const 1)))
      (if (i32.le_s (global.get $left) (i32.const 0)) (then (return (global.get $g))))
      ${statements(pick, 3)} ${value(pick, 3)})`,
  );
  const methods = Array.from({ length: RANDOM_METHODS }, (_, index) => {
    const call = `(call $note (call $f${index % 4} (local.get 1) (i32.const ${pick(500)})))`;
    const show = `(call $output (i32.const 0) (i32.const ${PAGE}))`;
    return `(if (i32.eq (local.get 0) (i32.const ${index + 1}))
      (then ${burst(pick)} ${call} ${burst(pick)} ${show} ${ending(pick)} (return)))`;
  });
  const text = `${HEAD} ${functions.join('\n')}
    (func (export "weft_call") (param i32 i32) ${methods.join('\n')} unreachable))`;
  const section = Array.from({ length: RANDOM_METHODS }, (_, index) => ({
    selector: index + 1,
    view: false,
    payable: false,
    init: false,
    args: [],
    templates: [],
  }));
  const access = customSection('weft.access', encodeAccessSection({ version: 1, methods: section }));
  return Buffer.concat([wasmOf(text), access]);
}

function statements(pick: (n: number) => number, depth: number): string {
  return Array.from({ length: 1 + pick(3) }, () => statement(pick, depth)).join(' ');
}

function statement(pick: (n: number) => number, depth: number): string {
  const inner = (): string => statements(pick, depth - 1);
  switch (pick(depth > 0 ? 8 : 3)) {
    case 0:
    case 1:
      return stores(pick);
    case 2:
      return `(local.set $x ${value(pick, depth)})`;
    case 3:
      return `(if ${value(pick, depth - 1)} (then ${inner()}) (else ${inner()}))`;
    case 4:
      return `(block ${inner()} (br_if 0 ${value(pick, depth - 1)}) ${inner()})`;
    case 5:
      return `(local.set $x (i32.and ${value(pick, depth - 1)} (i32.const 3)))
        (loop (if (i32.gt_s (local.get $x) (i32.const 0))
          (then (local.set $x (i32.sub (local.get $x) (i32.const 1))) ${burst(pick)} (br 1))))`;
    case 6:
      return pick(4) === 0 ? `(drop (memory.grow (i32.const ${pick(3)})))` : burst(pick);
    default:
      return `(i32.store (i32.and ${value(pick, depth - 1)} (i32.const 0xfffc)) ${value(pick, depth - 1)})`;
  }
}

function value(pick: (n: number) => number, depth: number): string {
  const inner = (): string => value(pick, depth - 1);
  switch (pick(depth > 0 ? 9 : 4)) {
    case 0:
      return `(i32.const ${pick(100_000)})`;
    case 1:
      return '(local.get 0)';
    case 2:
      return '(local.get $x)';
    case 3:
      return '(i32.add (global.get $g) (i32.wrap_i64 (global.get $h)))';
    case 4:
      return `(i32.load (i32.and ${inner()} (i32.const 0xfffc)))`;
    case 5:
      return `(call $f${pick(4)} ${inner()} ${inner()})`;
    case 6:
      return `(call_indirect (type $f) ${inner()} ${inner()} (i32.const ${pick(4)}))`;
    case 7:
      return `(i32.${['add', 'mul', 'xor', 'shl', 'div_u', 'lt_s'][pick(6)]} ${inner()} (i32.or ${inner()} (i32.const 1)))`;
    default:
      return '(memory.size)';
  }
}

function ending(pick: (n: number) => number): string {
  return ['', '', '', '(call $revert (i32.const 0) (i32.const 4))', 'unreachable', '(loop $on (br $on))'][
    pick(6)
  ]!;
}

function burst(pick: (n: number) => number): string {
  return Array.from({ length: pick(5) }, () => stores(pick)).join(' ');
}

function stores(pick: (n: number) => number): string {
  // Mostly inside the first page; near its end a store may trap.
  const at = [pick(2048), pick(PAGE), PAGE - 1 - pick(12), 40_000 + pick(20_000)][pick(4)]!;
  const offset = [0, 0, pick(1024), 1024 + pick(3000)][pick(4)]!;
  const base = Math.max(0, at - offset);
  const value32 = `(i32.const ${1 + pick(250)})`;
  const value64 = `(i64.const ${1 + pick(250)})`;
  const address = `offset=${offset} (i32.const ${base})`;
  return [
    `(i32.store ${address} ${value32})`,
    `(i32.store8 ${address} ${value32})`,
    `(i32.store16 ${address} ${value32})`,
    `(i64.store ${address} ${value64})`,
    `(i64.store8 ${address} ${value64})`,
    `(i64.store16 ${address} ${value64})`,
    `(i64.store32 ${address} ${value64})`,
    `(memory.fill (i32.const ${at}) ${value32} (i32.const ${pick(PAGE - at)}))`,
    `(memory.copy (i32.const ${at}) (i32.const ${pick(1000)}) (i32.const ${pick(Math.min(500, PAGE - at))}))`,
    `(global.set $g ${value32})`,
    `(global.set $h ${value64})`,
    `(call $input (i32.const ${at}))`,
    `(call $context (i32.const ${Math.min(at, PAGE - 160)}))`,
  ][pick(13)]!;
}
