// Random contracts that always end: functions call only later ones, loops count down from a small number. They mix all
// the control flow the instrumenter has to thread gas through, dead code included.

/** Numbers from a seed (mulberry32): `pick(n)` is 0 to n-1. */
export function randomSource(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
}

const FUNCTIONS = 5;
const HELPERS = 4;
const BINARY = [
  'add',
  'sub',
  'mul',
  'and',
  'or',
  'xor',
  'shl',
  'shr_s',
  'shr_u',
  'rotl',
  'rotr',
  'lt_s',
  'ge_u',
  'eq',
];
const UNARY = ['clz', 'ctz', 'popcnt', 'eqz', 'extend8_s', 'extend16_s'];

/** Text of a module; its functions are exported as f0 to f4, each (i32, i32) -> i32. */
export function randomProgram(pick: (n: number) => number): string {
  const functions: string[] = [];
  for (let index = 0; index < FUNCTIONS; index++) functions.push(new FunctionText(pick, index).text());
  for (let index = 0; index < HELPERS; index++)
    functions.push(new FunctionText(pick, FUNCTIONS).helper(index));
  return `(module
    (import "weft" "note" (func $note (param i32) (result i32)))
    (type $one (func (param i32) (result i32)))
    (type $two (func (param i32 i32) (result i32)))
    (memory (export "memory") 1 3)
    (global $g (mut i32) (i32.const 7))
    (global $h (mut i64) (i64.const -9))
    (table 6 funcref)
    (elem (i32.const 0) func $note $f0 $f1 $f2 $f3 $f4)
    ${functions.join('\n')}
    (func (export "weft_call") (param i32 i32)))`;
}

class FunctionText {
  #loops = 0;
  #calls = 0;
  #labels: { result: boolean }[] = [];

  constructor(
    readonly pick: (n: number) => number,
    readonly index: number,
  ) {}

  text(): string {
    const body = `${this.#statements(3)} ${this.#value(3)}`;
    const counters = Array.from({ length: this.#loops }, (_, loop) => `(local $c${loop} i32)`).join(' ');
    return `(func $f${this.index} (export "f${this.index}") (param $a i32) (param $b i32) (result i32)
      ${counters} (local $x i32) (local $y i64) ${body})`;
  }

  /** A small function called by name only: guards, a store and a value, at one price or several. */
  helper(index: number): string {
    const condition = `(i32.gt_u ${this.#value(0)} (i32.const 2000000000))`;
    const guards = [
      '',
      `(if ${condition} (then (unreachable)))`,
      `(if ${condition} (then (return ${this.#value(0)})))`,
      `(if ${condition} (then (drop (call $note ${this.#value(0)})) (unreachable)))`,
      `(block (br_if 0 ${condition}) (br 0))`,
      `(block (block (br_table 0 1 ${this.#value(0)})) (nop))`,
      `(if ${condition} (then ${this.#statement(0)}) (else ${this.#statement(0)}))`,
    ];
    const values = [
      this.#value(1),
      `(if (result i32) ${condition} (then ${this.#value(0)}) (else ${this.#value(0)}))`,
      `(i32.load offset=4 (i32.and ${this.#value(0)} (i32.const 1020)))`,
    ];
    const some = (from: readonly string[]): string => from[this.pick(from.length)]!;
    const parts = [some(guards), this.pick(2) === 0 ? this.#statement(0) : '', some(guards), some(values)];
    return `(func $h${index} (param $a i32) (param $b i32) (result i32) (local $x i32) (local $y i64)
      ${parts.join('\n      ')})`;
  }

  #statements(depth: number): string {
    return Array.from({ length: 1 + this.pick(3) }, () => this.#statement(depth)).join(' ');
  }

  #statement(depth: number): string {
    const value = (): string => this.#value(depth - 1);
    switch (this.pick(depth > 0 ? 16 : 4)) {
      case 0:
        return `(local.set $x ${value()})`;
      case 1:
        return `(i32.store offset=4 (i32.and ${value()} (i32.const 1020)) ${value()})`;
      case 2:
        return `(global.set $g ${value()})`;
      case 3:
        return `(local.set $y (i64.mul (local.get $y) (i64.extend_i32_s ${value()})))`;
      case 4:
        return `(if ${value()} (then ${this.#inside(depth, false)}))`;
      case 5:
        return `(if ${value()} (then ${this.#inside(depth, false)}) (else ${this.#inside(depth, false)}))`;
      case 6:
        return `(block ${this.#inside(depth, false)})`;
      case 7:
      case 8:
        return this.#loop(depth);
      case 9:
        return this.#branch(depth);
      case 10:
        return this.#branchIf(value());
      case 11:
        return this.pick(3) === 0 ? `(return ${value()})` : '(nop)';
      case 12:
        return `(memory.fill (i32.and ${value()} (i32.const 2047)) ${value()} (i32.const ${this.pick(40)}))`;
      case 13:
        return `(memory.copy (i32.const ${this.pick(99)}) (i32.const ${this.pick(99)}) (i32.and ${value()} (i32.const 63)))`;
      case 14:
        return `(drop (memory.grow (i32.and ${value()} (i32.const ${this.pick(4)}))))`;
      default:
        return `(drop ${value()})`;
    }
  }

  /** Statements under a label without a result. */
  #inside(depth: number, result: boolean): string {
    this.#labels.push({ result });
    const text = this.#statements(depth - 1) + (result ? ` ${this.#value(depth - 1)}` : '');
    this.#labels.pop();
    return text;
  }

  #loop(depth: number): string {
    const counter = `$c${this.#loops++}`;
    // The label of the loop itself is never a random target, so that it ends.
    const outer = this.#labels;
    this.#labels = [];
    const body = this.#statements(depth - 1);
    this.#labels = outer;
    if (this.pick(2) === 0)
      return `(local.set ${counter} (i32.const ${1 + this.pick(3)}))
      (loop $again (if (local.get ${counter}) (then
        (local.set ${counter} (i32.sub (local.get ${counter}) (i32.const 1))) ${body} (br $again))))`;
    return `(local.set ${counter} (i32.const ${1 + this.pick(3)}))
      (loop $again ${body}
        (br_if $again (local.tee ${counter} (i32.sub (local.get ${counter}) (i32.const 1)))))`;
  }

  #branch(depth: number): string {
    const label = this.#label(false);
    if (label === undefined) return '(nop)';
    if (this.pick(3) > 0)
      return `(br_table ${label} ${label} ${this.#label(false)} ${this.#value(depth - 1)})`;
    return `(br ${label})`;
  }

  #branchIf(condition: string): string {
    const label = this.#label(false);
    return label === undefined ? `(drop ${condition})` : `(br_if ${label} ${condition})`;
  }

  /** Depth of an open label with or without a result, or undefined. */
  #label(result: boolean): number | undefined {
    const open = this.#labels
      .map((label, index) => (label.result === result ? index : -1))
      .filter((at) => at >= 0);
    if (open.length === 0) return undefined;
    return this.#labels.length - 1 - open[this.pick(open.length)]!;
  }

  #value(depth: number): string {
    const value = (): string => this.#value(depth - 1);
    switch (this.pick(depth > 0 ? (this.index < FUNCTIONS ? 18 : 12) : 4)) {
      case 0:
        return `(i32.const ${this.pick(300) - 100})`;
      case 1:
        return '(local.get $a)';
      case 2:
        return '(local.get $x)';
      case 3:
        return this.pick(2) === 0 ? '(global.get $g)' : '(local.get $b)';
      case 4:
      case 5:
        return `(i32.${BINARY[this.pick(BINARY.length)]} ${value()} ${value()})`;
      case 6:
        return `(i32.${UNARY[this.pick(UNARY.length)]} ${value()})`;
      case 7:
        return `(i32.${this.pick(2) === 0 ? 'div_u' : 'rem_s'} ${value()} (i32.or ${value()} (i32.const 1)))`;
      case 8:
        return `(i32.load8_s offset=9 (i32.and ${value()} (i32.const 1023)))`;
      case 9:
        return `(if (result i32) ${value()} (then ${this.#inside(depth, true)}) (else ${this.#inside(depth, true)}))`;
      case 10:
        return this.#valueBlock(depth);
      case 11:
        return `(select ${value()} ${value()} ${value()})`;
      case 12:
        return `(call $note ${value()})`;
      case 16:
      case 17:
        return `(call $h${this.pick(HELPERS)} ${value()} ${value()})`;
      case 13:
        return this.#call(depth);
      case 14:
        return `(i32.wrap_i64 (i64.shr_u (i64.xor (global.get $h) (local.get $y)) (i64.extend_i32_u ${value()})))`;
      default:
        return '(memory.size)';
    }
  }

  /** A block with a result that a branch may carry out early. */
  #valueBlock(depth: number): string {
    this.#labels.push({ result: true });
    const early = `(drop (br_if ${this.#label(true)} ${this.#value(depth - 1)} ${this.#value(depth - 1)}))`;
    const dead = this.pick(4) === 0 ? `(br ${this.#label(true)} ${this.#value(depth - 1)})` : '';
    const text = `${early} ${this.#statements(depth - 1)} ${dead} ${this.#value(depth - 1)}`;
    this.#labels.pop();
    return `(block (result i32) ${text})`;
  }

  #call(depth: number): string {
    const later = FUNCTIONS - 1 - this.index;
    if (later === 0 || this.#calls++ > 2)
      return `(call_indirect (type $one) ${this.#value(depth - 1)} (i32.const 0))`;
    const target = this.index + 1 + this.pick(later);
    const args = `${this.#value(depth - 1)} ${this.#value(depth - 1)}`;
    if (this.pick(2) === 0) return `(call $f${target} ${args})`;
    return `(call_indirect (type $two) ${args} (i32.const ${target + 1}))`;
  }
}
