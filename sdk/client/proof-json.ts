// The strict JSON of proof files: every field once and in one spelling, so that two readers never see different files.
import { fromHex, toHex } from '@weft/runtime/base/bytes';
import { defineErrors } from '@weft/runtime/base/errors';
import { LIMITS } from '@weft/runtime/base/limits';
import type { MerkleStep } from '@weft/runtime/base/merkle';

/** Why a proof file was refused before or beside its proof. */
export class ProofFileError extends defineErrors('ProofFileError', {
  PROOF_FILE: {
    what: 'this is no proof file of a known version',
    fix: 'Write it again with `weft proof get`.',
  },
  PROOF_HEADER: { what: 'the state root is not shown to stand under the header hash' },
}) {}

/** Two neighbours with the largest values a node answers with fit. */
const TEXT_MAX = 16 << 20;

/** Reads a file's text; only white space is free. @throws PROOF_FILE and what `read` throws */
export function parseStrictly<T>(text: string, read: (json: unknown) => T): T {
  if (text.length > TEXT_MAX) refuse('the file', `at most ${TEXT_MAX} characters`, text.length);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ProofFileError('PROOF_FILE', { expected: 'JSON' }, error);
  }
  const file = read(json);
  // No string of a file holds white space, so this finds repeated fields, escapes and other spellings of a number.
  if (JSON.stringify(json) !== text.replace(/[ \t\r\n]/g, ''))
    refuse('the file', 'each field once, in plain spelling');
  return file;
}

export function steps(json: unknown, place: string): readonly MerkleStep[] {
  if (!Array.isArray(json) || json.length > LIMITS.proofSteps)
    return refuse(place, `a list of at most ${LIMITS.proofSteps} steps`);
  return json.map((step: unknown, index) => {
    const at = `${place}[${index}]`;
    const { siblingIsLeft, sibling } = fields(step, at, ['siblingIsLeft', 'sibling']);
    if (typeof siblingIsLeft !== 'boolean') return refuse(`${at}.siblingIsLeft`, 'true or false');
    return { siblingIsLeft, sibling: bytes(sibling, `${at}.sibling`, 32) };
  });
}

/** Bytes of lower-case 0x hex: `length` of them, else at least one. */
export function bytes(json: unknown, place: string, length?: number): Uint8Array {
  const expected = `0x and lower-case hex of ${length ?? 'one or more'} bytes`;
  if (typeof json !== 'string' || !/^0x([0-9a-f]{2})+$/.test(json)) return refuse(place, expected);
  if (length !== undefined && json.length !== 2 + 2 * length) refuse(place, expected);
  return fromHex(json.slice(2));
}

/** An object with exactly these fields; `optional` may be missing. */
export function fields(json: unknown, place: string, names: readonly string[], optional?: string) {
  const object = record(json, place);
  for (const name of names) if (!Object.hasOwn(object, name)) refuse(place, `a field ${name}`);
  for (const name of Object.keys(object))
    if (!names.includes(name) && name !== optional) refuse(place, 'no other field', name);
  return object;
}

export function record(json: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return refuse(place, 'an object');
  return json as Readonly<Record<string, unknown>>;
}

export function refuse(place: string, expected: string, got?: unknown): never {
  const shown = got === undefined ? {} : { got: String(JSON.stringify(got)).slice(0, 80) };
  throw new ProofFileError('PROOF_FILE', { expected, place, ...shown });
}

export function stepsJson(path: readonly MerkleStep[]) {
  return path.map(({ siblingIsLeft, sibling }) => ({ siblingIsLeft, sibling: hex(sibling) }));
}

export const hex = (data: Uint8Array): string => `0x${toHex(data)}`;
