// The small twin of `npm run fuzz -- access`: every method of every contract at least once.
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import { encodeAccessSection } from '@weft/runtime/types/access-codec';
import { ACCESS_SECTION, withSections } from '@weft/sdk/compiler/sections';
import { afterAll, describe, expect, it } from 'vitest';
import { compileAll } from '../fuzz/access/contracts.js';
import { fuzzAccess } from '../fuzz/access/fuzz-access.js';

const seed = Number(process.env['WEFT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const executor = createSequentialExecutor();
afterAll(() => executor.close());

describe('inferred access', () => {
  it(`holds for random arguments and states (WEFT_SEED=${seed})`, async () => {
    console.log(`inferred access: WEFT_SEED=${seed}`);
    const contracts = await compileAll();
    const result = await fuzzAccess(executor, contracts, 400, seed);
    expect(result.contracts).toBe(contracts.length);
    expect(result.methods).toBeGreaterThan(60);
    expect(result.outcomes['OK']).toBeGreaterThan(100);
  });

  it('the fuzzer finds an access that a module does not declare', async () => {
    const [target] = await compileAll(0);
    const { artifact } = target!;
    const methods = artifact.access.methods.map((method) => ({ ...method, templates: [] }));
    const payload = encodeAccessSection({ ...artifact.access, methods });
    const wasm = withSections(
      artifact.wasm,
      [{ name: ACCESS_SECTION, payload }],
      (name) => name !== ACCESS_SECTION,
    );
    const broken = { name: 'broken', artifact: { ...artifact, wasm } };
    await expect(fuzzAccess(executor, [broken], 50, 1)).rejects.toThrow(/broken\.\w+\(.*outside/);
  });
});
