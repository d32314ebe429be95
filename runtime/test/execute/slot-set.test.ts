// The slots of a worker against the same sentences as the working set: random operations on a few cells under random
// rules, with marks and rollbacks, the cells laid out in an arena; and with keys planned as adders.

import { ByteImage, ByteTable } from '@weft/runtime/base/byte-table';
import { bigintOf, setWords } from '@weft/runtime/base/words';
import { arenaOver, HEADER, Heap, SLOT } from '@weft/runtime/execute/parallel/arena';
import { SlotSet } from '@weft/runtime/execute/parallel/slot-set';
import type { KeyAccess } from '@weft/runtime/types/access';
import { AccessTable, KEY, RECORD } from '@weft/runtime/types/access-table';
import { encodeStateKey } from '@weft/runtime/types/key';
import { encodeCell } from '@weft/runtime/types/value';
import { VIOLATION } from '@weft/runtime/vm/outcome';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { propertySeed } from '../support/seed.js';
import { cases, KEYS, type Operation, type Rule, reference, TOP, type Trace } from '../vm/cell-steps.js';

const SLOTS = 200;
const ACCESSES = 4000;
const HEAP = 32_768;
const arena = arenaOver(new SharedArrayBuffer(1 << 20));
const image = new ByteImage();
const table = new ByteTable(1);
for (const key of KEYS) table.intern(image.of(key));
/** Keys beside those of the cases: with ten of them a transaction has too many for its keys to be compared one by one. */
const OTHERS = Array.from({ length: 10 }, (_, index) =>
  encodeStateKey(1, KEYS[0]!.slice(1, 33), KEYS[0]!.slice(33, 41), [new Uint8Array([90, index])]),
);
for (const key of OTHERS) table.intern(image.of(key));

/** An arena with one job over the cells, its access as the rules say. */
function lay(
  base: readonly bigint[],
  rules: readonly Rule[],
  adders: ReadonlySet<number>,
  others: number,
): SlotSet {
  const { words } = arena;
  words[HEADER.slots] = SLOTS;
  words[HEADER.slotRoom] = KEYS.length + OTHERS.length;
  words[HEADER.heapCursor] = HEAP;
  words[HEADER.heapEnd] = arena.bytes.length;
  const heap = new Heap(arena);
  base.forEach((value, slot) => {
    const stored = encodeCell(1, value);
    words[SLOTS + slot * SLOT.size + SLOT.currentAt] = stored === undefined ? 0 : heap.put(stored);
    words[SLOTS + slot * SLOT.size + SLOT.currentLength] = stored?.length ?? 0;
  });
  const declared = rules.flatMap((rule, slot) => (rule.mode === 'none' ? [] : [slot]));
  const beside = OTHERS.slice(0, others).map((key) => ({ ...keyAccess(0, { mode: 'read' } as Rule), key }));
  const keys = [...beside, ...declared.map((slot) => keyAccess(slot, rules[slot]!))];
  const accesses = new AccessTable(1, { numberOf: (key) => table.find(key) });
  accesses.take(0, { keys, locks: [], past: [], contracts: [], keyCount: keys.length, deployBytes: 0 });
  const record = accesses.records[0]!;
  declared.forEach((slot, index) => {
    if (adders.has(slot))
      accesses.words[record + RECORD.size + KEY.size * (others + index) + KEY.member] = slot;
  });
  words.set(accesses.words.subarray(0, accesses.length), ACCESSES);
  words[HEADER.access] = ACCESSES;
  const set = new SlotSet(arena, table, () => {
    throw new RangeError('nothing is locked');
  });
  set.begin(ACCESSES + record);
  return set;
}

function keyAccess(slot: number, rule: Rule): KeyAccess {
  const key = KEYS[slot]!;
  if (rule.mode === 'add') return { key, extra: false, ...rule };
  const mode = rule.mode === 'write' ? 'write' : 'read';
  return { key, mode, up: 0n, down: 0n, floor: 0n, ceiling: TOP, extra: false };
}

function actual(
  base: readonly bigint[],
  rules: readonly Rule[],
  steps: readonly Operation[],
  adders: ReadonlySet<number>,
  others: number,
): Trace {
  const set = lay(base, rules, adders, others);
  const words = (value: bigint): Uint32Array => {
    const number = new Uint32Array(8);
    setWords(number, 0, 2, value);
    return number;
  };
  // Where the transaction begins; what comes later may be rolled back and looked at again.
  set.mark();
  const marks: number[] = [];
  const trace: (bigint | boolean | 'violation' | undefined)[] = [];
  for (const { kind, key, amount, bound } of steps) {
    const at = image.of(KEYS[key]!);
    const read = new Uint32Array(8);
    try {
      if (kind === 'mark') marks.push(set.mark());
      else if (kind === 'rollback') set.rollback(marks.pop() ?? set.mark());
      else if (kind === 'get') {
        set.readCell(at, read);
        trace.push(bigintOf(read, 0, 2));
      } else if (kind === 'set') trace.push(set.writeCell(at, words(amount)) as undefined);
      else if (kind === 'up') trace.push(set.increase(at, words(amount), words(bound)));
      else trace.push(set.decrease(at, words(amount), words(bound)));
    } catch (thrown) {
      expect(thrown).toBe(VIOLATION);
      return [...trace, 'violation'];
    }
  }
  const final = [...base];
  for (let place = 0; place < set.places; place++) {
    const slot = set.slotAt(place);
    if (slot >= KEYS.length) continue;
    if (set.isWritten(place)) final[slot] = bigintOf(set.cells, set.cellAt(place), 2);
    else if (set.addedMember(place) >= 0) {
      expect(set.addedMember(place)).toBe(slot);
      const delta = new Uint32Array(5);
      const changed = set.copyDelta(place, delta, 1, 2);
      final[slot] = base[slot]! + bigintOf(delta, 1, 2) - bigintOf(delta, 3, 2);
      expect(changed).toBe(final[slot] !== base[slot]);
    }
  }
  return [...trace, ...final];
}

const beside = fc.constantFrom(0, 0, 6, 10);

test('slots do what the specification says, undo included', () => {
  const property = fc.property(cases, beside, ({ base, rules, steps }, others) => {
    expect(actual(base, rules, steps, new Set(), others)).toEqual(reference(base, rules, steps));
  });
  fc.assert(property, { seed: propertySeed('slots'), numRuns: 3000 });
});

test('slots planned as adders give the same flags and sums, where the worst case fits', () => {
  const property = fc.property(cases, beside, ({ base, rules, steps }, others) => {
    const fits = (rule: Rule, value: bigint): boolean =>
      rule.mode === 'add' && value - rule.down >= rule.floor && value + rule.up <= rule.ceiling;
    const adders = new Set([0, 1, 2].filter((index) => fits(rules[index]!, base[index]!)));
    expect(actual(base, rules, steps, adders, others)).toEqual(reference(base, rules, steps));
  });
  fc.assert(property, { seed: propertySeed('slots of adders'), numRuns: 3000 });
});
