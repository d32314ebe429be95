// Every golden/NAME.wat gives golden/NAME.out.wat, at one gas an instruction. `WEFT_GOLDEN=write` writes them anew; a
// difference is a change of the protocol and goes with a new instrumenter version.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { instrumentModule } from '@weft/runtime/wasm/instrument-module';
import { validateModule } from '@weft/runtime/wasm/validate-module';
import { expect, test } from 'vitest';
import { flatText, RULES, UNIT_COSTS, wat } from './support.js';

const FOLDER = new URL('./golden/', import.meta.url);
const names = readdirSync(FOLDER).filter((name) => /^[^.]+\.wat$/.test(name));

for (const name of names) {
  test(`golden: ${name}`, () => {
    const bytes = wat(readFileSync(new URL(name, FOLDER), 'utf8'));
    validateModule(bytes, { imports: RULES });
    const output = flatText(instrumentModule(bytes, UNIT_COSTS).bytes);
    const expected = new URL(name.replace('.wat', '.out.wat'), FOLDER);
    if (process.env['WEFT_GOLDEN'] === 'write') writeFileSync(expected, output);
    expect(output).toBe(readFileSync(expected, 'utf8'));
  });
}
