// The core suite in the default compiler mode equals the baseline file by file; `npm run test:spec` runs all modes.
import { expect, test } from 'vitest';
import { sharedData } from '../../support/shared-data.js';
import { hasConverter, runSuite } from './suite.js';

const folder = sharedData('wasm-spec');
const converter = await hasConverter();
if (!converter) console.warn('skipped: wast2json is missing, install the package wabt');

test.runIf(folder && converter)('wasm suite: instrumented scripts end as on the bare engine', async () => {
  const { reports, files, unconverted } = await runSuite(folder!, ['default']);
  expect(unconverted).toEqual([]);
  expect(files).toBe(89);
  expect(reports[0]).toMatchObject({ different: [], excluded: [] });
  expect(reports[0]!.pass).toBeGreaterThan(27_000);
});
