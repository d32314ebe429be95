// An independent count of gas: wabt prints a module as flat text, every instruction gets its price added to a counter
// right before it runs, wabt assembles the text. Nothing of the product's reader, blocks or sums is used; the rules are
// those of the gas page, written down a second time.
import type { InstructionCosts } from '@weft/runtime/wasm/costs';
import loadWabt from 'wabt';
import type { Bytes } from './generator.js';

const wabt = await loadWabt();
const FEATURES = { bulk_memory: true, sign_extension: true, sat_float_to_int: true, mutable_globals: true };

/** The module with an export `count`: a mutable i64 global of the gas used so far. */
export function countedModule(bytes: Bytes, costs: InstructionCosts): Bytes {
  const parsed = wabt.readWasm(bytes, { readDebugNames: false, ...FEATURES });
  try {
    const text = parsed.toText({ foldExprs: false, inlineExport: false });
    return assemble(new Counter(costs).module(text));
  } finally {
    parsed.destroy();
  }
}

function assemble(text: string): Bytes {
  const parsed = wabt.parseWat('counted.wat', text, FEATURES);
  try {
    return parsed.toBinary({}).buffer.slice() as Bytes;
  } finally {
    parsed.destroy();
  }
}

class Counter {
  constructor(readonly costs: InstructionCosts) {}

  module(text: string): string {
    const lines = text.trimEnd().replace(/\)$/, '').split('\n');
    const output: string[] = [];
    for (let at = 0; at < lines.length; at++) {
      if (!/^ {2}\(func /.test(lines[at]!)) {
        output.push(lines[at]!);
        continue;
      }
      let end = at + 1;
      while (end < lines.length && lines[end]!.startsWith('    ')) end++;
      output.push(...this.#function(lines.slice(at, end)));
      at = end - 1;
    }
    return `${output.join('\n')}\n${this.#helpers(/^ {2}\((memory|import .*\(memory)/m.test(text))})`;
  }

  #function(lines: readonly string[]): string[] {
    const open = lines.map((line, at) =>
      at === lines.length - 1 ? line.trimEnd().replace(/\)$/, '') : line,
    );
    const [head, ...rest] = open;
    const isLocals = (line: string): boolean => line.startsWith('    (local ');
    const locals = rest.filter(isLocals);
    const count = locals.join(' ').match(/\b(i32|i64|f32|f64)\b/g)?.length ?? 0;
    const code = rest.filter((line) => !isLocals(line)).map((line) => this.#instruction(line));
    return [head!, ...locals, add(count * this.costs.simple), ...code, '  )'];
  }

  #instruction(line: string): string {
    const name = line.trim().split(/[\s(]/)[0]!;
    // A loop is paid at each pass through its header, which is inside it.
    if (name === 'loop') return `${line}\n${add(this.costs.branch)}`;
    if (name === 'memory.grow') return `${add(this.costs.grow)} call $weft_grow`;
    if (/^(memory|table)\.(init|copy|fill)$/.test(name) || name === 'table.grow')
      return `${add(this.costs.bulk)} call $weft_bulk ${line.trim()}`;
    return `${add(this.#price(name))} ${line.trim()}`;
  }

  #price(name: string): number {
    const { costs } = this;
    if (/^(block|else|end|nop|unreachable|)$/.test(name)) return 0;
    if (/^(br|br_if|if|return)$/.test(name)) return costs.branch;
    if (name === 'br_table') return costs.branchTable;
    if (name === 'call') return costs.call;
    if (name === 'call_indirect') return costs.callIndirect;
    if (/^table\.size$|^(data|elem)\.drop$/.test(name)) return costs.bulk;
    if (/\.(load|store)|^table\.(get|set)$|^memory\.size$/.test(name)) return costs.memory;
    return /\.(div|rem)/.test(name) ? costs.divide : costs.simple;
  }

  #helpers(memory: boolean): string {
    const counter = '(global $weft_count (mut i64) (i64.const 0)) (export "count" (global $weft_count))';
    if (!memory) return counter;
    return `${counter}
      (func $weft_bulk (param i32) (result i32)
        ${addTimes('(i64.shr_u (i64.add (i64.extend_i32_u (local.get 0)) (i64.const 7)) (i64.const 3))', this.costs.bulkWord)}
        (local.get 0))
      (func $weft_grow (param i32) (result i32) (local i32)
        (local.set 1 (memory.grow (local.get 0)))
        (if (i32.ne (local.get 1) (i32.const -1))
          (then ${addTimes('(i64.extend_i32_u (local.get 0))', this.costs.growPage)}))
        (local.get 1))`;
  }
}

function add(price: number): string {
  return price === 0 ? '' : `global.get $weft_count i64.const ${price} i64.add global.set $weft_count`;
}

function addTimes(count: string, price: number): string {
  return `(global.set $weft_count (i64.add (global.get $weft_count) (i64.mul ${count} (i64.const ${price}))))`;
}
