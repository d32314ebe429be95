// The chain behind the Executor port, on the oracle.
import { executorChecks } from '@weft/runtime/node/conformance/executor-checks';
import { describe, it } from 'vitest';

describe('executor, sequential', () => {
  for (const check of executorChecks()) it(check.name, () => check.run());
});
