// The edge of the testing kit: `import { createTestChain, expectError } from '@weft/sdk/testing'`.
export { expectError, expectEvent } from './expect.js';
export { loadArtifact } from './load-artifact.js';
export { type ContractFunction, loadFunctions } from './load-functions.js';
export { accessTable, gasTable } from './reports.js';
export { fuzzSchedule } from './schedule-fuzzer.js';
export { createTestChain, type TestChain, type TestContract } from './test-chain.js';
