// The block's table against the access set it stands for: the same random declarations put into both, key by key.
import { AccessBuilder, sinkOf } from '@weft/runtime/access/access-builder';
import { type AccessSink, AMOUNT_WORDS, type DeclaredAmount } from '@weft/runtime/access/access-sink';
import { AccessError } from '@weft/runtime/access/errors';
import { TableSink } from '@weft/runtime/access/table-sink';
import { ByteImage, ByteTable } from '@weft/runtime/base/byte-table';
import { toHex } from '@weft/runtime/base/bytes';
import { bigintOf, setWords } from '@weft/runtime/base/words';
import type { AccessSet } from '@weft/runtime/types/access';
import {
  ACCESS,
  AccessTable,
  AMOUNT,
  cellWords,
  contractsAt,
  KEY,
  LOCK,
  locksAt,
  RECORD,
} from '@weft/runtime/types/access-table';
import { cellMax, encodeStateKey, fieldId, type KeyKind } from '@weft/runtime/types/key';
import { expect, test } from 'vitest';
import { randomNumbers, testSeed } from '../schedule/random.js';
import { codeHashOf, filled } from './fixtures.js';

const FIELDS = ['a', 'b'].map(fieldId);
const MODES = ['read', 'write', 'past'] as const;
const AMOUNTS = [AMOUNT.up, AMOUNT.down, AMOUNT.floor, AMOUNT.ceiling];

function wordsOf(amount: bigint | undefined): DeclaredAmount {
  if (amount === undefined) return undefined;
  const words = new Uint32Array(AMOUNT_WORDS);
  setWords(words, 0, AMOUNT_WORDS, amount);
  return words;
}

/** Puts the same random declarations into a sink, for the same numbers; the refusal's code, if it refuses. */
function declare(sink: AccessSink, random: () => number): string | undefined {
  const image = new ByteImage();
  const pick = (count: number): number => Math.floor(random() * count);
  const keyOf = (kind: KeyKind) =>
    image.of(encodeStateKey(kind, filled(1 + pick(3)), FIELDS[pick(2)]!, [Uint8Array.of(pick(3))]));
  const many = random() < 0.05 ? 12 : 1;
  const count = 1 + pick(12) * many;
  try {
    for (let index = 0; index < count; index++) {
      const extra = random() < 0.2;
      const what = pick(10);
      if (what < 4) sink.key(keyOf(pick(4) as KeyKind), MODES[pick(3)]!, extra);
      else if (what < 8) {
        const kind = (random() < 0.02 ? 0 : 1 + pick(3)) as KeyKind;
        const max = cellMax(kind);
        const near = (from: bigint): bigint => (random() < 0.3 ? max + from : from);
        const direction = random() < 0.5 ? 'up' : 'down';
        const amount = random() < 0.1 ? undefined : near(BigInt(pick(100)));
        const bound = random() < 0.6 ? undefined : near(BigInt(pick(100)));
        sink.add(keyOf(kind), direction, wordsOf(amount), wordsOf(bound), extra);
      } else if (what < 9) {
        const field = random() < 0.3 ? undefined : FIELDS[pick(2)]!;
        sink.lock(filled(1 + pick(3)), field, random() < 0.5 ? 'read' : 'write', extra);
      } else {
        const contract = 1 + pick(5);
        sink.reach(filled(contract), codeHashOf(contract));
        expect(sink.reaches(filled(contract))).toBe(true);
        if (random() < 0.3) sink.deploy(pick(1000));
      }
    }
    return undefined;
  } catch (error) {
    if (error instanceof AccessError) return error.code;
    throw error;
  }
}

/** A set as lines, in no order. */
function linesOf(access: AccessSet): string[] {
  return [
    ...access.keys.map(
      ({ key, mode, extra, up, down, floor, ceiling }) =>
        `${toHex(key)} ${mode} ${extra} ${mode === 'add' ? [up, down, floor, ceiling] : ''}`,
    ),
    ...access.past.map((key) => `${toHex(key)} past`),
    ...access.locks.map(
      ({ contract, field, mode, extra }) => `${toHex(contract)} ${field && toHex(field)} ${mode} ${extra}`,
    ),
    ...access.contracts.map(({ address }) => `reaches ${toHex(address)}`),
    `${access.keyCount} ${access.deployBytes}`,
  ].sort();
}

/** A record of the table as the same lines. */
function linesAt(table: AccessTable, names: ByteTable, record: number): string[] {
  const { words, numbers } = table;
  const keyAt = (at: number): string => toHex(names.copy(words[at + KEY.number]!));
  const modeOf = (flags: number): string =>
    (flags & ACCESS.read) !== 0 ? 'read' : (flags & ACCESS.write) !== 0 ? 'write' : 'add';
  const lines: string[] = [];
  let at = record + RECORD.size;
  for (let left = words[record + RECORD.keys]!; left > 0; left--, at += KEY.size) {
    const flags = words[at + KEY.flags]!;
    const width = cellWords(table.kindOf(words[at + KEY.number]!));
    const amounts = words[at + KEY.amounts]!;
    expect((flags & ACCESS.add) !== 0).toBe(amounts !== 0);
    const amountAt = (which: number): bigint => bigintOf(numbers, amounts + which * width, width);
    const mode = modeOf(flags);
    lines.push(
      `${keyAt(at)} ${mode} ${(flags & ACCESS.extra) !== 0} ${mode === 'add' ? AMOUNTS.map(amountAt) : ''}`,
    );
  }
  for (let left = words[record + RECORD.past]!; left > 0; left--, at += KEY.size) {
    lines.push(`${keyAt(at)} past`);
  }
  expect(at).toBe(locksAt(words, record));
  for (; at < contractsAt(words, record); at += LOCK.size) {
    const contract = toHex(table.contracts.copy(words[at + LOCK.contract]!));
    const number = words[at + LOCK.field]!;
    const field = number < 0 ? undefined : toHex(table.fields.copy(number).subarray(32));
    const flags = words[at + LOCK.flags]!;
    lines.push(`${contract} ${field} ${modeOf(flags)} ${(flags & ACCESS.extra) !== 0}`);
  }
  for (let left = words[record + RECORD.contracts]!; left > 0; left--, at++) {
    lines.push(`reaches ${toHex(table.contracts.copy(words[at]!))}`);
  }
  lines.push(`${words[record + RECORD.expansions]} ${words[record + RECORD.deployBytes]}`);
  return lines.sort();
}

test('records hold what access sets hold, refusals included', () => {
  const first = testSeed('table sink');
  const refusals = new Map<string | undefined, number>();
  for (let block = 0; block < 150; block++) {
    const names = new ByteTable(block);
    const table = new AccessTable(20, { numberOf: (key) => names.intern(key) }, block);
    const sink = new TableSink(table);
    const sets: (AccessSet | undefined)[] = [];
    for (let t = 0; t < 20; t++) {
      const seed = first + 20 * block + t;
      const builder = new AccessBuilder();
      sink.begin();
      const expected = declare(sinkOf(builder), randomNumbers(seed));
      expect(declare(sink, randomNumbers(seed)), `seed ${seed}`).toBe(expected);
      refusals.set(expected, (refusals.get(expected) ?? 0) + 1);
      sets.push(expected === undefined ? builder.finish() : undefined);
      if (expected === undefined) sink.commit(t);
    }
    sets.forEach((access, t) => {
      const record = table.records[t]!;
      if (access === undefined) expect(record).toBe(0);
      else expect(linesAt(table, names, record), `seed ${first + 20 * block + t}`).toEqual(linesOf(access));
    });
    const declared = new Set(
      sets.flatMap((set) => [...(set?.keys.map(({ key }) => key) ?? []), ...(set?.past ?? [])].map(toHex)),
    );
    expect([...table.declared].map((number) => toHex(names.copy(number))).sort()).toEqual(
      [...declared].sort(),
    );
    const codes = new Set(sets.flatMap((set) => set?.contracts.map(({ codeHash }) => toHex(codeHash)) ?? []));
    expect(table.codes.size).toBe(codes.size);
  }
  for (const code of [undefined, 'ACCESS_KEY', 'ACCESS_LIMIT']) expect(refusals.get(code)).toBeGreaterThan(0);
});
