// Every ABI that is built holds the published JSON Schema, and ABIs that are broken do not.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Abi } from '@weft/runtime/types/abi';
import { compileContract } from '@weft/sdk/compiler/compile';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';

const SCHEMA = new URL('../../runtime/docs/spec/abi.schema.json', import.meta.url);
const CONTRACTS = fileURLToPath(new URL('../', import.meta.url));
const NAMES = readdirSync(CONTRACTS).filter((name) =>
  readdirSync(CONTRACTS, { withFileTypes: true }).some(
    (entry) =>
      entry.name === name && entry.isDirectory() && readdirSync(`${CONTRACTS}${name}`).includes(`${name}.ts`),
  ),
);
const holds = new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object);

const errorsOf = (abi: unknown): string[] => {
  holds(abi);
  return (holds.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
};

describe('the schema of ABIs', () => {
  it.each(NAMES)('%s holds it, and its typed ABI and lock are of its source', async (name) => {
    const { abi, abiTs } = await compileContract({ entry: `${CONTRACTS}${name}`, lock: 'check' });
    expect(errorsOf(JSON.parse(JSON.stringify(abi)))).toEqual([]);
    const typed = readFileSync(`${CONTRACTS}${name}/client/${name}.abi.ts`, 'utf8');
    expect(abiTs === typed, `npm run generate: ${name}.abi.ts is of another source`).toBe(true);
  });

  it('there are contracts to ask', () => expect(NAMES).toContain('token'));

  it('refuses what clients could not use', async () => {
    const { abi } = await compileContract({ entry: `${CONTRACTS}token` });
    const method = abi.methods[0]!;
    const broken: readonly (readonly [string, Partial<Record<keyof Abi, unknown>>])[] = [
      ['another version', { version: 2 }],
      ['no methods', { methods: undefined }],
      ['a field nobody knows', { more: 1 } as never],
      ['a selector past 32 bits', { methods: [{ ...method, selector: 2 ** 32 }] }],
      ['a kind of method that is none', { methods: [{ ...method, kind: 'write' }] }],
      ['a type with spaces', { methods: [{ ...method, args: [{ name: 'a', type: 'u 64' }] }] }],
      ['an id of another length', { events: [{ name: 'E', id: 'abc', fields: [] }] }],
      ['a cell of 512 bits', { fields: [{ ...abi.fields[0], kind: 4 }] }],
    ];
    for (const [what, change] of broken) {
      expect(errorsOf(JSON.parse(JSON.stringify({ ...abi, ...change }))), what).not.toEqual([]);
    }
  });
});
