// The instrumenter against two oracles on random programs: V8 running the uploaded module (results, memory, globals)
// and the text interpreter (gas at every host call and at the end).

import { findFlatFunctions } from '@weft/runtime/wasm/callees';
import { DEFAULT_COSTS, priceTable } from '@weft/runtime/wasm/costs';
import { decodeBodies } from '@weft/runtime/wasm/decode-body';
import { readModule } from '@weft/runtime/wasm/read-module';
import { CONTRACT_RULES } from '@weft/runtime/wasm/read-rules';
import { expect, test } from 'vitest';
import { Interpreter, Trap } from './interpreter.js';
import { randomProgram, randomSource } from './random-program.js';
import { flatText, meter, wat } from './support.js';

const SEED = Number(process.env['WEFT_SEED'] ?? 20261122);
const PROGRAMS = Number(process.env['WEFT_RUNS'] ?? 150);
const LIMIT = 2 ** 40;

interface Trace {
  readonly outcomes: (number | bigint | string)[];
  readonly notes: number[];
  readonly gas: number[];
  readonly memory: string;
}

test(`instrument: random programs keep their results and cost what they execute (seed ${SEED})`, () => {
  let costly = 0;
  let flat = 0;
  for (let run = 0; run < PROGRAMS; run++) {
    const text = randomProgram(randomSource(SEED + run));
    const bytes = wat(text);
    const calls = Array.from({ length: 5 }, (_, index) => ({
      name: `f${index}`,
      args: [run - 70, index * 1001 - 7],
    }));
    const plain = runPlain(bytes, calls);
    const metered = runMetered(bytes, calls);
    const counted = runCounted(bytes, calls);
    const at = `seed ${SEED + run}\n${text}`;
    expect(metered.outcomes, at).toEqual(plain.outcomes);
    expect(metered.notes, at).toEqual(plain.notes);
    expect(metered.memory === plain.memory, at).toBe(true);
    expect(metered.outcomes, at).toEqual(counted.outcomes);
    expect(metered.gas, at).toEqual(counted.gas);
    if (Math.max(...metered.gas) > 500) costly++;
    flat += flatFunctions(bytes);
  }
  expect(costly).toBeGreaterThan(PROGRAMS / 4);
  expect(flat).toBeGreaterThan(PROGRAMS / 4);
});

function flatFunctions(bytes: Uint8Array): number {
  const module = readModule(bytes);
  const bodies = decodeBodies(module, CONTRACT_RULES);
  return findFlatFunctions(module, bodies, DEFAULT_COSTS, priceTable(DEFAULT_COSTS), false).size;
}

type Calls = { name: string; args: number[] }[];

function answer(value: number): number {
  return (Math.imul(value, 31) ^ 5) | 0;
}

function runPlain(bytes: Uint8Array, calls: Calls): Trace {
  const notes: number[] = [];
  const note = (value: number): number => {
    notes.push(value);
    return answer(value);
  };
  const module = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  const { exports } = new WebAssembly.Instance(module, { weft: { note } });
  const outcomes = calls.map(({ name, args }) =>
    attempt(() => (exports[name] as (...all: number[]) => number)(...args)),
  );
  return {
    outcomes,
    notes,
    gas: [],
    memory: shown(new Uint8Array((exports['memory'] as WebAssembly.Memory).buffer)),
  };
}

function runMetered(bytes: Uint8Array, calls: Calls): Trace {
  const notes: number[] = [];
  const gas: number[] = [];
  const metered = meter(bytes, (instance, _name, [value]) => {
    notes.push(value!);
    gas.push(LIMIT - instance.gas());
    return answer(value!);
  });
  const outcomes = calls.map(({ name, args }) => {
    const outcome = attempt(() => metered.call(name, args, LIMIT) as number);
    if (outcome !== 'trap') gas.push(LIMIT - metered.gas());
    return outcome;
  });
  return { outcomes, notes, gas, memory: shown(new Uint8Array(metered.exports.memory.buffer)) };
}

function runCounted(bytes: Uint8Array, calls: Calls): Trace {
  const gas: number[] = [];
  const notes: number[] = [];
  const host = (_name: string, args: bigint[], used: number): bigint => {
    notes.push(Number(BigInt.asIntN(32, args[0]!)));
    gas.push(used);
    return BigInt(answer(notes.at(-1)!));
  };
  const interpreter = new Interpreter(flatText(bytes), DEFAULT_COSTS, host, 3);
  const outcomes = calls.map(({ name, args }) => {
    interpreter.gas = 0;
    const outcome = attempt(() => {
      const [result] = interpreter.invoke(
        name,
        args.map((arg) => BigInt.asUintN(32, BigInt(arg))),
      );
      return Number(BigInt.asIntN(32, result!));
    });
    if (outcome !== 'trap') gas.push(interpreter.gas);
    return outcome;
  });
  return { outcomes, notes, gas, memory: shown(interpreter.memory) };
}

function attempt(action: () => number): number | string {
  try {
    return action();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError || error instanceof Trap) return 'trap';
    throw error;
  }
}

function shown(memory: Uint8Array): string {
  return `${memory.length}:${Buffer.from(memory.subarray(0, 4096)).toString('hex')}`;
}
