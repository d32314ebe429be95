// Bytes nobody built: truncations and random changes of valid modules. Reading them must end in a coded refusal or in a
// module that the engine, too, calls valid; within as many steps as there are bytes.
import { DEFAULT_COSTS } from '@weft/runtime/wasm/costs';
import { WasmError } from '@weft/runtime/wasm/errors';
import { instrumentModule } from '@weft/runtime/wasm/instrument-module';
import { WASM_LIMITS } from '@weft/runtime/wasm/limits';
import { CORE_RULES, type Work } from '@weft/runtime/wasm/read-rules';
import { type ModulePolicy, validateModule } from '@weft/runtime/wasm/validate-module';
import type { Bytes } from './generator.js';
import type { Pick } from './random-source.js';

/** Steps of the validator for each byte of input, at most. */
export const STEPS_PER_BYTE = 1;

/** What became of broken bytes. */
export interface BrokenTally {
  refused: number;
  accepted: number;
  /** Most steps a byte took. */
  stepsPerByte: number;
}

/** As contracts are checked: a refusal has a code, acceptance holds before the engine, steps are bounded. */
export function checkContractBytes(bytes: Bytes, policy: ModulePolicy, tally: BrokenTally): void {
  const work: Work = { steps: 0 };
  const refusal = refusalOf(() => validateModule(bytes, { ...policy, work }));
  const ratio = work.steps / Math.max(bytes.length, 1);
  tally.stepsPerByte = Math.max(tally.stepsPerByte, ratio);
  if (ratio > STEPS_PER_BYTE) throw new Error(`${work.steps} steps for ${bytes.length} bytes`);
  if (refusal !== undefined) {
    tally.refused++;
    return;
  }
  tally.accepted++;
  if (!WebAssembly.validate(bytes)) throw new Error('accepted an invalid module');
  const output = instrumentModule(bytes, DEFAULT_COSTS).bytes as Bytes;
  if (!WebAssembly.validate(output)) throw new Error('instrumented to an invalid module');
}

const CORE = {
  rules: CORE_RULES,
  limits: { ...WASM_LIMITS, pagesMax: 65_536, instrumentedFactor: 1000 },
};
/** What the engine runs and no rules accept. */
const BEYOND = /^(simd|threads|exceptions|tail-call|gc|multi-memory|memory64|shared-memory)$/;

/** With every feature of the core specification: accepted exactly when the engine accepts. */
export function checkCoreBytes(bytes: Bytes, tally: BrokenTally): void {
  let output: Bytes | undefined;
  const refusal = refusalOf(() => {
    output = instrumentModule(bytes, DEFAULT_COSTS, CORE).bytes as Bytes;
  });
  const valid = WebAssembly.validate(bytes);
  if (refusal === undefined) {
    tally.accepted++;
    if (!valid) throw new Error('accepted an invalid module');
    if (!WebAssembly.validate(output!)) throw new Error('instrumented to an invalid module');
    return;
  }
  tally.refused++;
  const beyond = refusal.code === 'WASM_FEATURE' && BEYOND.test(String(refusal.context.got));
  if (valid && !beyond) throw new Error(`refused a valid module: ${refusal.message}`);
}

function refusalOf(action: () => void): WasmError | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof WasmError) return error;
    throw error;
  }
}

/** The bytes with one to four random changes. */
export function mutate(bytes: Bytes, pick: Pick): Bytes {
  let changed = bytes.slice();
  for (let left = 1 + pick(4); left > 0; left--) changed = change(changed, pick);
  return changed;
}

function change(bytes: Bytes, pick: Pick): Bytes {
  const at = pick(bytes.length);
  switch (pick(6)) {
    case 0:
      bytes[at]! ^= 1 << pick(8);
      return bytes;
    case 1:
      bytes[at] = pick(256);
      return bytes;
    case 2:
      bytes[at] = [0, 1, 0x40, 0x7f, 0x80, 0xff, 0x0b, 0xfc][pick(8)]!;
      return bytes;
    case 3:
      return bytes.slice(0, at + 1);
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + pick(4)));
    default:
      return joined(
        bytes.subarray(0, at),
        bytes.subarray(pick(bytes.length)).slice(0, 8),
        bytes.subarray(at),
      );
  }
}

function joined(...parts: Uint8Array[]): Bytes {
  return new Uint8Array(Buffer.concat(parts));
}
