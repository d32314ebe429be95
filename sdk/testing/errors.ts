// What the testing kit itself reports: an expectation that does not hold, access nobody declared, schedules that differ.
import { defineErrors } from '@weft/runtime/base/errors';

export class TestingError extends defineErrors('TestingError', {
  TEST_UNDECLARED_ACCESS: {
    what: 'the transaction touches what its method does not declare, so it would run in the serial tail',
    fix: 'Declare the access (@reads, @writes, @adds), or create the chain with { strict: false }.',
  },
  TEST_NO_ACCESS: {
    what: 'the access of the transaction cannot be resolved, so it would run in the serial tail',
    fix: 'Call contracts of earlier blocks with known methods, or create the chain with { strict: false }.',
  },
  TEST_EXPECT_EVENT: { what: 'the expected event was not emitted' },
  TEST_EXPECT_ERROR: { what: 'the call did not fail as expected' },
  TEST_TIME: { what: 'time only moves forward' },
  TEST_SNAPSHOT: { what: 'the snapshot is of another chain', fix: 'Take it from the chain it is used on.' },
  TEST_CLOSED: { what: 'the chain is closed' },
  TEST_NO_TRANSACTIONS: {
    what: 'there is nothing to replay',
    fix: 'Take the snapshot before the transactions that are to be replayed.',
  },
  TEST_FUNCTION_TYPE: {
    what: 'the function takes or gives a type that cannot be passed from outside',
    fix: 'Use bool, integers, u128, i128, u256, Address, Hash, string or Uint8Array, or call it through a contract.',
  },
  TEST_FUNCTION_ARGUMENTS: { what: 'the function takes another number of arguments' },
  TEST_FUNCTION_REVERTED: { what: 'the function reverted' },
  TEST_FUNCTION_HOST: {
    what: 'the function asks the chain, and there is none',
    fix: 'Test it through a contract on createTestChain().',
  },
  TEST_SCHEDULE_DIFFERS: {
    what: 'the parallel executor did not do what the sequential one does',
    fix: 'Keep the seed: this is a fault of the runtime, please report it.',
  },
}) {}
