// A valid module to one that counts: gas and depth are threaded through every defined function as two more parameters
// and one more result (adr/0001), so that a contract's code can neither run on nor recurse past what it was given.
// Old indices of types, functions and globals keep their meaning; everything of ours comes behind them.
import { ByteWriter } from './byte-writer.js';
import { type FlatFunction, findFlatFunctions, findLoudFunctions } from './callees.js';
import { DEFAULT_COSTS, entryCost, type InstructionCosts, priceTable } from './costs.js';
import { decodeBodies } from './decode-body.js';
import { WasmError } from './errors.js';
import {
  injectedTypes,
  writeAccessors,
  writeGrow,
  writeThunk,
  writeTrampoline,
} from './injected-functions.js';
import { WASM_LIMITS, type WasmLimits } from './limits.js';
import { BodyPlan, planBody } from './meter-body.js';
import { type FunctionType, functionType } from './module.js';
import { type OffsetMap, OffsetTable } from './offset-map.js';
import { ACCESSORS, OutputLayout } from './output-layout.js';
import { readModule } from './read-module.js';
import { contractRules, type ReadRules } from './read-rules.js';
import { rewriteBody } from './rewrite-body.js';
import { assertTypeChecks, atMost } from './validate-module.js';
import { type Counters, writeSections } from './write-sections.js';

export { HALT } from './rewrite-body.js';

/** Changes whenever the output for some input does; part of every key of compiled code. */
export const INSTRUMENTER_VERSION = 1;

export interface InstrumentedModule {
  readonly bytes: Uint8Array;
  /** Back to the uploaded module. Function indices are unchanged; those past the uploaded ones are injected. */
  readonly offsets: OffsetMap;
}

export interface InstrumentOptions {
  /** Default: `WASM_LIMITS`; read are `pagesMax`, the instrumented size and what bounds a body. */
  readonly limits?: WasmLimits;
  /** Default: what contracts may use. */
  readonly rules?: ReadRules;
  /** Gas and depth of a fresh instance, where a start section runs before any host can set them. Default: none. */
  readonly counters?: Counters;
}

/**
 * The metered form of a module that `validateModule` accepted. Deterministic: equal bytes and costs, equal output.
 * Exports keep their types and these join them: `weft.gas` () -> f64, `weft.set_gas` (f64), `weft.depth` () -> i32,
 * `weft.set_depth` (i32), `weft.halt` () -> i32 (a `HALT` value), `weft.stored` () -> i32 (how far a call that returned
 * stored, see track-stores.ts) and `weft.reset` (), which gives every mutable global its initial value. An export leaves
 * the depth as it found it.
 * @throws WASM_MALFORMED, WASM_FEATURE, WASM_INVALID, WASM_START, WASM_LIMIT
 */
export function instrumentModule(
  bytes: Uint8Array,
  costs: InstructionCosts = DEFAULT_COSTS,
  options: InstrumentOptions = {},
): InstrumentedModule {
  const limits = options.limits ?? WASM_LIMITS;
  const rules = options.rules ?? contractRules(limits);
  const module = readModule(bytes, rules);
  if (module.start && !rules.accepts.has('start'))
    throw new WasmError('WASM_START', { place: `offset ${module.start.offset}` });
  // The passes trust indices and types; nothing unchecked reaches them.
  assertTypeChecks(bytes);
  const layout = new OutputLayout(module, limits, rules.accepts.has('reference-types'));
  const code = new ByteWriter(2 * bytes.length + 1024);
  const offsets = new OffsetTable();
  const flat = writeBodies(layout, costs, rules, code, offsets);
  writeInjected(layout, costs, code);
  const own = module.bodies.map((_, defined) => {
    const index = module.importedFunctions + defined;
    const type = module.functions[index]!;
    return flat.has(index) ? type : layout.threaded(type);
  });
  const accessors = ACCESSORS.map(({ params, results }) => layout.typeIndex(params, results));
  const functionTypes = [...own, ...injectedTypes(layout, module, accessors)];
  const counters = options.counters ?? { gas: 0, depth: 0 };
  const written = writeSections(layout, { functionTypes, bodies: code.view() }, counters);
  const most = limits.instrumentedFactor * bytes.length + limits.instrumentedSlack;
  atMost(most, written.bytes.length, 'instrumented bytes', 0);
  return { bytes: written.bytes, offsets: offsets.finish(written.codeStart) };
}

/** Writes the module's own functions; gives those that kept their type. */
function writeBodies(
  layout: OutputLayout,
  costs: InstructionCosts,
  rules: ReadRules,
  code: ByteWriter,
  offsets: OffsetTable,
): ReadonlyMap<number, FlatFunction> {
  const { module } = layout;
  const prices = priceTable(costs);
  const bodies = decodeBodies(module, rules);
  const flat = findFlatFunctions(module, bodies, costs, prices, layout.references);
  const loud = findLoudFunctions(module, bodies);
  const context = { module, layout, prices, flat, loud, bulkWord: costs.bulkWord };
  const plan = new BodyPlan();
  const body = new ByteWriter(4096);
  for (const [defined, source] of module.bodies.entries()) {
    const index = module.importedFunctions + defined;
    const rows = bodies[defined]!;
    planBody(context, index, source, rows, entryCost(costs, source.locals), plan);
    body.clear();
    offsets.startBody();
    rewriteBody(context, index, source, rows, plan, body, offsets);
    code.u32(body.length);
    offsets.endBody(code.length);
    code.raw(body.view());
  }
  return flat;
}

/** In the order of the indices `OutputLayout` gives out. */
function writeInjected(layout: OutputLayout, costs: InstructionCosts, code: ByteWriter): void {
  const { module } = layout;
  const body = new ByteWriter();
  const add = (): void => {
    code.u32(body.length);
    code.raw(body.view());
    body.clear();
  };
  writeAccessors(layout, body, add);
  if (layout.hasMemory) {
    writeGrow(layout, costs.growPage, body);
    add();
  }
  for (const index of layout.thunks) {
    writeThunk(layout, functionType(module, index) as FunctionType, index, body);
    add();
  }
  for (const index of layout.trampolines) {
    writeTrampoline(layout, functionType(module, index) as FunctionType, index, body);
    add();
  }
}
