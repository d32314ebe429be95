// Probes of the instruction classes: loops whose body is one kind of instruction, through the instrumenter, charged as
// contracts are. Several members of a class stand for it; the slowest counts.
import { instrumentModule } from '@weft/runtime/wasm/instrument-module';
import { wasmOf } from '../../hostile/contracts.js';
import type { Probe } from './probe.js';

const GAS = 2 ** 50;
const UNROLLED = 64;
const PAGE = 65_536;

/** Straight-line work: stack-neutral text over locals $a $b (i32) and $x $y (i64). */
const BODIES: Readonly<Record<string, string>> = {
  'simple: i32.add': '(local.set $a (i32.add (local.get $a) (i32.const 7)))',
  'simple: i32.mul': '(local.set $a (i32.mul (local.get $a) (local.get $b)))',
  'simple: i64.mul': '(local.set $x (i64.mul (local.get $x) (local.get $y)))',
  'simple: i64.rotl': '(local.set $x (i64.rotl (local.get $x) (local.get $y)))',
  'simple: i64.popcnt': '(local.set $x (i64.add (i64.popcnt (local.get $x)) (local.get $y)))',
  'simple: i64.clz': '(local.set $x (i64.add (i64.clz (local.get $x)) (local.get $y)))',
  'simple: select':
    '(local.set $a (select (local.get $a) (local.get $b) (i32.and (local.get $a) (i32.const 1))))',
  'simple: i64.lt_s': '(local.set $a (i64.lt_s (local.get $x) (local.get $y)))',
  'simple: global': '(global.set $g (i64.add (global.get $g) (local.get $x)))',
  'simple: i64.extend8_s': '(local.set $x (i64.extend8_s (local.get $x)))',
  'divide: i32.div_s': '(local.set $a (i32.div_s (i32.const 2147480000) (local.get $b)))',
  'divide: i64.div_u': '(local.set $x (i64.div_u (i64.const -3) (local.get $y)))',
  'divide: i64.rem_s': '(local.set $x (i64.rem_s (i64.const -9000000000000000000) (local.get $y)))',
  'memory: i32.load': '(local.set $a (i32.load offset=8 (i32.and (local.get $a) (i32.const 0xfff))))',
  'memory: i64.store': '(i64.store (i32.and (local.get $a) (i32.const 0xff8)) (local.get $x))',
  'memory: i64.store8, unaligned': '(i64.store align=1 (i32.const 61) (local.get $x))',
  'call: empty function': '(call $empty)',
  'call: 8 parameters':
    '(call $eight (local.get $a) (local.get $a) (local.get $a) (local.get $a) (local.get $a) (local.get $a) (local.get $a) (local.get $a))',
  'call: 200 locals': '(call $locals)',
  'callIndirect: empty function': '(call_indirect (i32.const 0))',
  'bulk: memory.size': '(drop (memory.size))',
  'bulk: memory.grow by none': '(drop (memory.grow (i32.const 0)))',
  'bulk: memory.fill of 0': '(memory.fill (i32.const 0) (i32.const 1) (i32.const 0))',
  'bulk: memory.fill of 8': '(memory.fill (i32.const 0) (i32.const 1) (i32.const 8))',
  'bulk: memory.copy of 8': '(memory.copy (i32.const 0) (i32.const 100) (i32.const 8))',
  'bulk: memory.copy of 200': '(memory.copy (i32.const 0) (i32.const 500) (i32.const 200))',
  'bulkWord: memory.fill of 32 KiB': '(memory.fill (i32.const 0) (i32.const 1) (i32.const 32768))',
  'bulkWord: memory.copy of 32 KiB, overlapping':
    '(memory.copy (i32.const 3) (i32.const 0) (i32.const 32768))',
};

/** What a random bit decides: branches no predictor learns. */
const RANDOM = `(local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 13))))
  (local.set $x (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 7))))
  (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 17))))
  (local.set $a (i32.wrap_i64 (local.get $x)))`;

/** Bodies that are not unrolled. */
const LOOPS: Readonly<Record<string, string>> = {
  'branch: br_if, predicted': '(block (br_if 0 (i32.const 0))) (block (br_if 0 (i32.const 1)))',
  'branch: if, random': `${RANDOM} ${Array.from(
    { length: 16 },
    (_, bit) =>
      `(if (i32.and (local.get $a) (i32.const ${1 << bit})) (then (local.set $b (i32.const ${bit}))) (else (local.set $c (i32.const ${bit}))))`,
  ).join(' ')}`,
  'branchTable: br_table, random': `${RANDOM} ${Array.from(
    { length: 8 },
    (_, turn) => `(block $d (block $c (block $b (block $a
      (br_table $a $b $c $d (i32.and (i32.shr_u (local.get $a) (i32.const ${2 * turn})) (i32.const 3))))
      (local.set $b (i32.const 1)) (br $d)) (local.set $b (i32.const 2)) (br $d)) (local.set $b (i32.const 3)))`,
  ).join(' ')}`,
};

/** Probes of all classes. */
export function instructionProbes(): Probe[] {
  const unrolled = Object.entries(BODIES).map(([name, body]) => {
    const heavy = /KiB/.test(name);
    return loopProbe(name, body.repeat(heavy ? 4 : UNROLLED), heavy ? 60 : 4_000);
  });
  const loops = Object.entries(LOOPS).map(([name, body]) => loopProbe(name, body, 40_000));
  return [...unrolled, ...loops, chaseProbe('1 MiB, the largest memory', 16)];
}

// What is exported or in the table is called with gas and depth, as no flat function is.
function loopProbe(name: string, body: string, turns: number): Probe {
  const run =
    instantiate(`(module (memory (export "memory") 1) (global $g (mut i64) (i64.const 1)) (table 1 funcref)
    (elem (i32.const 0) $empty) (func $empty)
    (func $eight (export "eight") (param i32 i32 i32 i32 i32 i32 i32 i32))
    (func $locals (local ${'i64 '.repeat(200)}))
    (func (export "run") (param $n i32) (local $a i32) (local $b i32) (local $c i32) (local $x i64) (local $y i64)
      (local.set $a (i32.const 12345)) (local.set $b (i32.const 3))
      (local.set $x (i64.const 88172645463325252)) (local.set $y (i64.const 3))
      (loop $again ${body}
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))`);
  return { kind: 'instruction', name, run: () => run(turns) };
}

/** Loads that depend on each other, all over so many pages: each misses what caches do not hold. */
function chaseProbe(label: string, pages: number): Probe {
  const steps = 200_000;
  const exports = exportsOf(`(module (memory (export "memory") ${pages})
    (func (export "run") (param $n i32) (local $p i32)
      (loop $again ${'(local.set $p (i32.load (local.get $p)))'.repeat(16)}
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))`);
  const memory = (exports as unknown as { memory: WebAssembly.Memory }).memory;
  const words = new Int32Array(memory.buffer);
  // One cycle over all cache lines: a full-period linear congruence over their number, a power of two.
  const lines = (pages * PAGE) / 64;
  for (let line = 0, next: number; line < lines; line++) {
    next = (Math.imul(line, 1_664_525) + 1_013_904_223) & (lines - 1);
    words[line * 16] = next * 64;
  }
  const run = charged(exports);
  return { kind: 'instruction', name: `memory: dependent loads over ${label}`, run: () => run(steps / 16) };
}

type Exports = Record<string, (value?: number) => number>;

function instantiate(text: string): (turns: number) => number {
  return charged(exportsOf(text));
}

function exportsOf(text: string): Exports {
  const { bytes } = instrumentModule(wasmOf(text));
  const module = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  const exports = new WebAssembly.Instance(module).exports as unknown as Exports;
  exports['weft.set_depth']!(1_000_000);
  return exports;
}

/** `run` under full gas; returns the gas it took. */
function charged(exports: Exports): (turns: number) => number {
  return (turns) => {
    exports['weft.set_gas']!(GAS);
    exports['run']!(turns);
    return GAS - exports['weft.gas']!();
  };
}
