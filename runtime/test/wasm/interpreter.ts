// An independent count of gas: interprets wabt's flat text (never our decoder or segments), adding the price of each
// instruction when it is executed and of a loop at each pass through its header. Integers only; slow and plain.
import type { InstructionCosts } from '@weft/runtime/wasm/costs';

interface Instruction {
  readonly name: string;
  readonly words: readonly string[];
  /** Of block, loop, if: values it leaves; of call_indirect: the type. */
  readonly results: number;
  readonly type: number;
  /** Index of the matching end, and of the else of an if. */
  end: number;
  otherwise: number;
}
interface Type {
  readonly params: readonly string[];
  readonly results: readonly string[];
}
interface Func {
  readonly type: Type;
  readonly typeIndex: number;
  readonly host: string | undefined;
  readonly locals: readonly string[];
  readonly code: readonly Instruction[];
}
interface Frame {
  readonly fn: Func;
  readonly locals: bigint[];
  readonly stack: bigint[];
  readonly labels: { at: Instruction | undefined; start: number; height: number }[];
  pc: number;
}
export type Host = (name: string, args: bigint[], gas: number) => bigint;

/** What traps throws. */
export class Trap extends Error {}

export class Interpreter {
  gas = 0;
  memory: Uint8Array;
  readonly globals: bigint[] = [];
  readonly #types: Type[] = [];
  readonly #functions: Func[] = [];
  readonly #exports = new Map<string, number>();
  readonly #table: number[] = [];
  readonly #pagesMax: number;

  constructor(
    text: string,
    readonly costs: InstructionCosts,
    readonly host: Host,
    pagesMax: number,
  ) {
    this.memory = new Uint8Array(0);
    this.#pagesMax = pagesMax;
    const clean = text.replace(/\(;[^;]*;\)/g, '').replace(/;;.*/g, '');
    let current: string[] | undefined;
    for (const line of clean.split('\n')) {
      if (current !== undefined && line.startsWith('    ')) current.push(line.trim());
      else if (/^ {2}\(func /.test(line)) {
        current = [line.trim()];
        this.#pending.push(current);
      } else this.#declaration(line.trim());
    }
    for (const lines of this.#pending) this.#functions.push(this.#function(lines));
  }
  readonly #pending: string[][] = [];

  invoke(name: string, args: bigint[]): bigint[] {
    return this.#call(this.#exports.get(name)!, args);
  }

  #declaration(line: string): void {
    const words = line.replace(/[()]/g, ' ').trim().split(/\s+/);
    if (words[0] === 'type') this.#types.push(signature(line));
    else if (words[0] === 'import') {
      const typeIndex = Number(/\(type (\d+)\)/.exec(line)![1]);
      const host = words[2]!.replaceAll('"', '');
      this.#functions.push({ type: this.#types[typeIndex]!, typeIndex, host, locals: [], code: [] });
    } else if (words[0] === 'memory') this.memory = new Uint8Array(Number(words[1]) * 65_536);
    else if (words[0] === 'global') {
      const constant = /(i32|i64)\.const (-?\d+)/.exec(line)!;
      this.globals.push(wrap(constant[1]!, BigInt(constant[2]!)));
    } else if (words[0] === 'export' && words[2] === 'func') {
      this.#exports.set(words[1]!.replaceAll('"', ''), Number(words[3]));
    } else if (words[0] === 'elem') {
      this.#table.push(...words.slice(words.indexOf('func') + 1).map(Number));
    }
  }

  #function(lines: string[]): Func {
    const typeIndex = Number(/\(type (\d+)\)/.exec(lines[0]!)![1]);
    const type = this.#types[typeIndex]!;
    const locals: string[] = [];
    const code: Instruction[] = [];
    const open: number[] = [];
    for (const [at, line] of lines.slice(1).entries()) {
      if (line.startsWith('(local ')) {
        locals.push(...line.replace(/[()]/g, ' ').trim().split(/\s+/).slice(1));
        continue;
      }
      const last = at === lines.length - 2;
      const text = last ? line.replace(/\)$/, '') : line;
      const words = text
        .replace(/\(.*\)/, '')
        .trim()
        .split(/\s+/);
      const name = words[0]!;
      if (name === '') continue;
      const result = /\(result ([^)]*)\)/.exec(text);
      const typed = /\(type (\d+)\)/.exec(text);
      const results = result ? result[1]!.split(' ').length : 0;
      code.push({ name, words, results, type: typed ? Number(typed[1]) : -1, end: -1, otherwise: -1 });
      const index = code.length - 1;
      if (name === 'block' || name === 'loop' || name === 'if') open.push(index);
      else if (name === 'else') code[open.at(-1)!]!.otherwise = index;
      else if (name === 'end') code[open.pop()!]!.end = index;
    }
    return { type, typeIndex, host: undefined, locals, code };
  }

  #call(index: number, args: bigint[]): bigint[] {
    const fn = this.#functions[index]!;
    if (fn.host !== undefined) {
      const result = this.host(fn.host, args, this.gas);
      return fn.type.results.length > 0 ? [wrap('i32', result)] : [];
    }
    this.gas += this.costs.simple * fn.locals.length;
    const locals = [...args, ...fn.locals.map(() => 0n)];
    const frame: Frame = { fn, locals, stack: [], labels: [{ at: undefined, start: 0, height: 0 }], pc: 0 };
    while (frame.pc < fn.code.length) {
      const op = fn.code[frame.pc]!;
      this.gas += priceOf(op.name, this.costs);
      frame.pc++;
      if (!this.#structure(frame, op) && !this.#jump(frame, op)) this.#plain(op, frame.stack, locals);
    }
    return frame.stack;
  }

  #structure(frame: Frame, op: Instruction): boolean {
    const { stack, labels } = frame;
    const label = { at: op, start: frame.pc - 1, height: stack.length };
    switch (op.name) {
      case 'block':
      case 'loop':
        labels.push(label);
        return true;
      case 'if':
        label.height--;
        if (stack.pop() !== 0n) labels.push(label);
        else if (op.otherwise < 0) frame.pc = op.end + 1;
        else {
          labels.push(label);
          frame.pc = op.otherwise + 1;
        }
        return true;
      case 'else':
        frame.pc = labels.pop()!.at!.end + 1;
        return true;
      case 'end':
        labels.pop();
        return true;
      default:
        return false;
    }
  }

  #jump(frame: Frame, op: Instruction): boolean {
    const { stack } = frame;
    switch (op.name) {
      case 'br':
        this.#branch(frame, Number(op.words[1]));
        return true;
      case 'br_if':
        if (stack.pop() !== 0n) this.#branch(frame, Number(op.words[1]));
        return true;
      case 'br_table': {
        const targets = op.words.slice(1).map(Number);
        this.#branch(frame, targets[Math.min(Number(stack.pop()), targets.length - 1)]!);
        return true;
      }
      case 'return':
        this.#branch(frame, frame.labels.length - 1);
        return true;
      case 'unreachable':
        throw new Trap();
      case 'call':
        this.#enter(stack, Number(op.words[1]));
        return true;
      case 'call_indirect': {
        const target = this.#table[Number(stack.pop())];
        if (target === undefined || this.#functions[target]!.typeIndex !== op.type) throw new Trap();
        this.#enter(stack, target);
        return true;
      }
      default:
        return false;
    }
  }

  #enter(stack: bigint[], target: number): void {
    const count = this.#functions[target]!.type.params.length;
    stack.push(...this.#call(target, stack.splice(stack.length - count)));
  }

  #branch(frame: Frame, depth: number): void {
    const { labels, stack } = frame;
    const label = labels[labels.length - 1 - depth]!;
    const loop = label.at?.name === 'loop';
    const arity = loop ? 0 : (label.at?.results ?? frame.fn.type.results.length);
    const values = stack.splice(stack.length - arity);
    stack.length = label.height;
    stack.push(...values);
    labels.length -= loop ? depth : depth + 1;
    // A loop's header is passed again, and paid again.
    if (loop) this.gas += this.costs.branch;
    frame.pc = label.at === undefined ? frame.fn.code.length : loop ? label.start + 1 : label.at.end + 1;
  }

  #plain(op: Instruction, stack: bigint[], locals: bigint[]): void {
    const index = Number(op.words[1]);
    switch (op.name) {
      case 'nop':
        return;
      case 'drop':
        stack.pop();
        return;
      case 'select': {
        const [first, second, condition] = stack.splice(stack.length - 3) as [bigint, bigint, bigint];
        stack.push(condition !== 0n ? first : second);
        return;
      }
      case 'local.get':
        stack.push(locals[index]!);
        return;
      case 'local.set':
        locals[index] = stack.pop()!;
        return;
      case 'local.tee':
        locals[index] = stack.at(-1)!;
        return;
      case 'global.get':
        stack.push(this.globals[index]!);
        return;
      case 'global.set':
        this.globals[index] = stack.pop()!;
        return;
      default:
        if (op.name.startsWith('memory.')) this.#bulk(op.name, stack);
        else if (/load|store/.test(op.name)) this.#access(op, stack);
        else if (op.name.endsWith('.const')) stack.push(wrap(op.name.slice(0, 3), BigInt(op.words[1]!)));
        else compute(op.name, stack);
    }
  }

  #bulk(name: string, stack: bigint[]): void {
    if (name === 'memory.size') {
      stack.push(BigInt(this.memory.length / 65_536));
    } else if (name === 'memory.grow') {
      const pages = this.memory.length / 65_536;
      const more = Number(stack.pop());
      if (pages + more > this.#pagesMax) {
        stack.push(wrap('i32', -1n));
        return;
      }
      this.gas += more * this.costs.growPage;
      const grown = new Uint8Array((pages + more) * 65_536);
      grown.set(this.memory);
      this.memory = grown;
      stack.push(BigInt(pages));
    } else {
      const [to, from, length] = stack.splice(stack.length - 3).map(Number) as [number, number, number];
      this.gas += Math.ceil(length / 8) * this.costs.bulkWord;
      if (to + length > this.memory.length) throw new Trap();
      if (name === 'memory.fill') {
        this.memory.fill(from & 255, to, to + length);
        return;
      }
      if (from + length > this.memory.length) throw new Trap();
      this.memory.copyWithin(to, from, from + length);
    }
  }

  #access(op: Instruction, stack: bigint[]): void {
    const [, type, kind, width, sign] = /^(i32|i64)\.(load|store)(\d*)_?([su]?)/.exec(op.name)!;
    const bytes = width ? Number(width) / 8 : type === 'i32' ? 4 : 8;
    const offset = Number(/offset=(\d+)/.exec(op.words.join(' '))?.[1] ?? 0);
    const value = kind === 'store' ? stack.pop()! : 0n;
    const at = Number(stack.pop()) + offset;
    if (at + bytes > this.memory.length) throw new Trap();
    if (kind === 'store') {
      for (let byte = 0; byte < bytes; byte++)
        this.memory[at + byte] = Number((value >> BigInt(8 * byte)) & 255n);
      return;
    }
    let loaded = 0n;
    for (let byte = bytes - 1; byte >= 0; byte--) loaded = (loaded << 8n) | BigInt(this.memory[at + byte]!);
    stack.push(wrap(type!, sign === 's' ? BigInt.asIntN(8 * bytes, loaded) : loaded));
  }
}

function priceOf(name: string, costs: InstructionCosts): number {
  if (/^(block|else|end|nop|unreachable)$/.test(name)) return 0;
  if (/^(br|br_if|if|loop|return)$/.test(name)) return costs.branch;
  if (name === 'br_table') return costs.branchTable;
  if (name === 'call') return costs.call;
  if (name === 'call_indirect') return costs.callIndirect;
  if (name === 'memory.size') return costs.memory;
  if (name === 'memory.grow') return costs.grow;
  if (name.startsWith('memory.')) return costs.bulk;
  if (/load|store/.test(name)) return costs.memory;
  return /div|rem/.test(name) ? costs.divide : costs.simple;
}

function signature(line: string): Type {
  const list = (word: string): string[] =>
    [...line.matchAll(new RegExp(`\\(${word} ([^)]*)\\)`, 'g'))].flatMap((match) =>
      match[1]!.trim().split(/\s+/),
    );
  return { params: list('param'), results: list('result') };
}

function wrap(type: string, value: bigint): bigint {
  return BigInt.asUintN(type === 'i32' ? 32 : 64, value);
}

function compute(name: string, stack: bigint[]): void {
  const [type, what] = name.split('.') as [string, string];
  const bits = type === 'i32' ? 32 : 64;
  const right = stack.pop()!;
  const single = unary(what, bits, right);
  stack.push(wrap(type, single ?? binary(what, bits, stack.pop()!, right)));
}

function unary(what: string, bits: number, value: bigint): bigint | undefined {
  const extend = /^extend(\d+)_s$/.exec(what);
  if (extend) return BigInt.asIntN(Number(extend[1]), value);
  const digits = value.toString(2).padStart(bits, '0');
  switch (what) {
    case 'eqz':
      return value === 0n ? 1n : 0n;
    case 'wrap_i64':
    case 'extend_i32_u':
      return value;
    case 'extend_i32_s':
      return BigInt.asIntN(32, value);
    case 'clz':
      return BigInt(value === 0n ? bits : digits.indexOf('1'));
    case 'ctz':
      return BigInt(value === 0n ? bits : bits - 1 - digits.lastIndexOf('1'));
    case 'popcnt':
      return BigInt(digits.replaceAll('0', '').length);
    default:
      return undefined;
  }
}

function binary(what: string, bits: number, left: bigint, right: bigint): bigint {
  const shift = right % BigInt(bits);
  const rotate = (by: bigint): bigint => (left << by) | (left >> (BigInt(bits) - by));
  const signed = (value: bigint): bigint => BigInt.asIntN(bits, value);
  if (right === 0n && /div|rem/.test(what)) throw new Trap();
  const table: Record<string, () => bigint | boolean> = {
    add: () => left + right,
    sub: () => left - right,
    mul: () => left * right,
    div_u: () => left / right,
    div_s: () => signed(left) / signed(right),
    rem_u: () => left % right,
    rem_s: () => signed(left) % signed(right),
    and: () => left & right,
    or: () => left | right,
    xor: () => left ^ right,
    shl: () => left << shift,
    shr_u: () => left >> shift,
    shr_s: () => signed(left) >> shift,
    rotl: () => rotate(shift),
    rotr: () => rotate((BigInt(bits) - shift) % BigInt(bits)),
    eq: () => left === right,
    ne: () => left !== right,
    lt_s: () => signed(left) < signed(right),
    lt_u: () => left < right,
    gt_s: () => signed(left) > signed(right),
    gt_u: () => left > right,
    le_s: () => signed(left) <= signed(right),
    le_u: () => left <= right,
    ge_s: () => signed(left) >= signed(right),
    ge_u: () => left >= right,
  };
  return BigInt(table[what]!());
}
