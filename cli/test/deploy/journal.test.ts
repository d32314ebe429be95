// The journal of a deployment after crashes, and the order of a plan's steps.
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openJournal } from '../../dist/deploy/journal.js';
import { assertPlan, orderSteps, resolveArguments } from '../../dist/deploy/order.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-journal-'));
  path = join(folder, 'deployments/chain.journal.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

const begun = (id: string, fingerprint = 'f') =>
  ({ kind: 'begun', step: 'token', part: 'create', id, bytes: '0x00', fingerprint, expiry: 9 }) as const;

describe('journal', () => {
  test('what was written is there for whoever opens it next', async () => {
    const journal = await openJournal(path);
    expect(journal.begun('token', 'create', 'f')).toBeUndefined();
    await journal.write(begun('0x01'));
    const next = await openJournal(path);
    expect(next.begun('token', 'create', 'f')).toMatchObject({ id: '0x01', expiry: 9 });
    expect(next.begun('token', 'upload', 'f')).toBeUndefined();
    await next.write({ kind: 'done', step: 'token', fingerprint: 'f', address: 'weft1' });
    expect((await openJournal(path)).done('token')).toMatchObject({ fingerprint: 'f', address: 'weft1' });
  });

  test('a failed transaction makes room for another, a later one does not', async () => {
    const journal = await openJournal(path);
    await journal.write(begun('0x01'));
    await journal.write({ kind: 'failed', step: 'token', part: 'create', id: '0x01' });
    expect(journal.begun('token', 'create', 'f')).toBeUndefined();
    await journal.write(begun('0x02'));
    expect(journal.begun('token', 'create', 'f')).toMatchObject({ id: '0x02' });
  });

  test('one begun for something else is another, until the step was done', async () => {
    const journal = await openJournal(path);
    await journal.write(begun('0x01', 'first'));
    expect(journal.begun('token', 'create', 'second')).toBeUndefined();
    expect(journal.other('token', 'create', 'second')).toMatchObject({ id: '0x01' });
    await journal.write({ kind: 'done', step: 'token', fingerprint: 'first' });
    expect(journal.other('token', 'create', 'second')).toBeUndefined();
    await journal.write(begun('0x02', 'second'));
    expect(journal.begun('token', 'create', 'first')).toMatchObject({ id: '0x01' });
    expect(journal.other('token', 'create', 'first')).toMatchObject({ id: '0x02' });
  });

  test('cut at every byte, it holds exactly the whole lines before the cut, and goes on', async () => {
    const journal = await openJournal(path);
    const ids = ['0x01', '0x02', '0x03'];
    for (const id of ids) await journal.write(begun(id));
    const whole = await readFile(path, 'utf8');
    for (let cut = 0; cut <= whole.length; cut++) {
      await writeFile(path, whole.slice(0, cut));
      const lines = whole.slice(0, cut).split('\n').length - 1;
      const opened = await openJournal(path);
      expect(opened.begun('token', 'create', 'f')?.id, `cut at ${cut}`).toBe(ids[lines - 1]);
      await opened.write(begun('0x09'));
      expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(lines + 2);
      expect((await openJournal(path)).begun('token', 'create', 'f')?.id).toBe('0x09');
    }
  });

  test('a damaged whole line is named, not skipped', async () => {
    await (await openJournal(path)).write(begun('0x01'));
    await appendFile(path, '{"kind":\n');
    await expect(openJournal(path)).rejects.toMatchObject({
      code: 'CLI_JOURNAL',
      context: { place: `${path}:2` },
    });
  });
});

describe('plan', () => {
  const contract = (args = {}, after: readonly string[] = []) => ({ contract: 'x', args, after });

  test('steps come after those their arguments name, wherever they stand in them', () => {
    const steps = orderSteps({
      contracts: {
        shop: contract({ parts: [{ money: { $address: 'gold' } }] }),
        gold: contract({}, ['base']),
        base: contract(),
      },
      calls: { open: { on: 'shop', method: 'open', args: { by: { $address: 'gold' } } } },
    });
    expect(steps.map(({ name }) => name)).toEqual(['base', 'gold', 'shop', 'open']);
  });

  test('a circle, an unknown name and a plan that is none are refused', () => {
    const code = expect.objectContaining({ code: 'CLI_PLAN' });
    const circle = { a: contract({ x: { $address: 'b' } }), b: contract({ x: { $address: 'a' } }) };
    expect(() => orderSteps({ contracts: circle })).toThrow(code);
    expect(() => orderSteps({ contracts: { a: contract({}, ['z']) } })).toThrow(code);
    for (const plan of [undefined, 1, {}, { contracts: { A: contract() } }, { contracts: { a: {} } }])
      expect(() => assertPlan(plan, 'weft.deploy.ts')).toThrow(code);
  });

  test('addresses take the place of names', () => {
    const args = { list: [{ $address: 'a' }], one: { inner: { $address: 'a' } }, none: null, text: '5' };
    expect(resolveArguments(args, new Map([['a', 'weft1a']]))).toEqual({
      list: ['weft1a'],
      one: { inner: 'weft1a' },
      none: undefined,
      text: '5',
    });
  });
});
