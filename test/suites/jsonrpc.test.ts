// The request and response examples of the JSON-RPC 2.0 specification, on our dispatcher with the methods they assume.
import { readFileSync } from 'node:fs';
import { createDispatcher, type RpcMethod } from '@weft/runtime/rpc/dispatch';
import { describe, expect, it } from 'vitest';
import { sharedData } from '../support/shared-data.js';

const folder = sharedData('jsonrpc-spec');

const methods = new Map<string, RpcMethod>([
  ['sum', (params) => (params as number[]).reduce((sum, item) => sum + item, 0)],
  ['subtract', subtract],
  ['get_data', () => ['hello', 5]],
  ['update', () => undefined],
  ['notify_hello', () => undefined],
  ['notify_sum', () => undefined],
]);

function subtract(params: unknown): number {
  if (Array.isArray(params)) return (params[0] as number) - (params[1] as number);
  const { minuend, subtrahend } = params as { minuend: number; subtrahend: number };
  return minuend - subtrahend;
}

interface Example {
  readonly name: string;
  readonly request: string;
  readonly response: string | null;
}

function readExamples(): readonly Example[] {
  if (folder === undefined) return [];
  return JSON.parse(readFileSync(`${folder}examples.json`, 'utf8')) as Example[];
}

describe.runIf(folder !== undefined)('JSON-RPC 2.0 specification', () => {
  const examples = readExamples();
  it('has the 15 examples', () => expect(examples).toHaveLength(15));
  it.each(examples)('$name', async ({ request, response }) => {
    const answer = await createDispatcher(methods)(request);
    expect(answer === undefined ? null : JSON.parse(answer)).toEqual(
      response === null ? null : JSON.parse(response),
    );
  });
});
