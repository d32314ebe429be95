// Expectations for any test runner: they throw, and hand back what they found, typed by the ABI.
import type { Abi } from '@weft/runtime/types/abi';
import type { ErrorName, ErrorOf, EventName, EventOf } from '../client/abi-types.js';
import type { ContractReader } from '../client/contract-client.js';
import { ClientError } from '../client/errors.js';
import { type Value, valueToJson } from '../client/values.js';
import { TestingError } from './errors.js';

type Fields = { readonly fields: unknown };
/** Some of the fields, with the values expected. */
type Some<T extends Fields> = Partial<T['fields']>;

/**
 * The first event of a name among those given whose fields have the values expected.
 * @throws TEST_EXPECT_EVENT that shows the events there were
 */
export function expectEvent<const A extends Abi, Name extends EventName<A>>(
  contract: ContractReader<A>,
  written: { readonly located: Parameters<ContractReader<A>['events']>[0] },
  name: Name,
  fields: Some<EventOf<A, Name>> = {},
): EventOf<A, Name> {
  const found = contract.events(written.located, name).find((event) => holds(event, fields));
  if (found !== undefined) return found;
  throw new TestingError('TEST_EXPECT_EVENT', {
    expected: `${name} ${shown(fields)}`,
    got: contract.events(written.located).map((event) => `${event.name} ${shown(event.fields)}`),
    place: contract.abi.name,
  });
}

/**
 * The contract's own error a call fails with, of this name and with these arguments.
 * @throws TEST_EXPECT_ERROR when it succeeds, or fails otherwise (the cause says how)
 */
export async function expectError<const A extends Abi, Name extends ErrorName<A>>(
  contract: ContractReader<A>,
  call: Promise<unknown>,
  name: Name,
  fields: Some<ErrorOf<A, Name>> = {},
): Promise<ErrorOf<A, Name>> {
  const expected = `${name} ${shown(fields)}`;
  const place = contract.abi.name;
  let thrown: unknown;
  try {
    await call;
  } catch (error) {
    thrown = error;
  }
  if (thrown === undefined) throw new TestingError('TEST_EXPECT_ERROR', { expected, got: 'success', place });
  const error = contract.errorIn(thrown, name);
  if (error !== undefined && holds(error, fields)) return error;
  const got = thrown instanceof ClientError ? thrown.walk().message : String(thrown);
  throw new TestingError('TEST_EXPECT_ERROR', { expected, got, place }, thrown);
}

function holds({ fields }: Fields, expected: Readonly<Record<string, unknown>>): boolean {
  const got = fields as Readonly<Record<string, unknown>>;
  return Object.entries(expected).every(([name, value]) => shown(got[name]) === shown(value));
}

const shown = (value: unknown): string => JSON.stringify(valueToJson(value as Value));
