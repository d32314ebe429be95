// A thousand random histories against the naive recomputation, on each way the tree can be run: every root, every older
// version still kept, every root again on the way back.
import { toHex, utf8 } from '@weft/runtime/base/bytes';
import { verifyStateProof } from '@weft/runtime/base/proof';
import type { TreeChange } from '@weft/runtime/state/packed-batch';
import { nativePairHasher, portablePairHasher } from '@weft/runtime/state/pair-hasher';
import { createThreadGroup } from '@weft/runtime/state/thread-group';
import { createTree, type StateTree } from '@weft/runtime/state/tree';
import { createLocalGroup } from '@weft/runtime/state/tree-part';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../support/random.js';
import { propertySeed } from '../support/seed.js';
import { naiveRoot } from './naive-root.js';

const SEED = propertySeed('histories');
const KEPT = 6;

/** Content of one version. */
type Content = ReadonlyMap<number, Uint8Array>;
const keyOf = (name: number): Uint8Array => utf8(`key ${name}`);
const roots = new WeakMap<Content, string>();
function rootOf(content: Content): string {
  const root =
    roots.get(content) ??
    toHex(naiveRoot([...content].map(([name, value]) => [keyOf(name), value] as const)));
  roots.set(content, root);
  return root;
}

/** A batch over few names, so that keys are written again, deleted and put back; some batches are empty. */
function randomBatch(random: Random, names: number): { name: number; value: Uint8Array | undefined }[] {
  const picked = new Set(Array.from({ length: random.below(30) }, () => random.below(names)));
  const batch = [...picked].map((name) => ({
    name,
    value: random.below(3) === 0 ? undefined : utf8(`v${random.below(5)}`.repeat(1 + random.below(20))),
  }));
  return random.below(2) === 0 ? batch : batch.reverse();
}

function changesOf(batch: ReturnType<typeof randomBatch>): TreeChange[] {
  return batch.map(({ name, value }) => ({ key: keyOf(name), value }));
}

function expectVersion(tree: StateTree, back: number, content: Content, names: number): void {
  const root = tree.root(back);
  expect(toHex(root)).toBe(rootOf(content));
  for (let name = 0; name < names; name += 1 + (names >> 1)) {
    expect(tree.get(keyOf(name), back)).toEqual(content.get(name));
    expect(verifyStateProof(root, keyOf(name), tree.prove(keyOf(name), back))).toEqual(content.get(name));
  }
}

/** One history on a tree without keys, which it leaves without keys. */
function runHistory(random: Random, tree: StateTree): void {
  const names = 1 + random.below(60);
  const versions: Content[] = [new Map()];
  const rounds = 2 + random.below(8);
  for (let round = 0; round < rounds; round++) {
    const batch = randomBatch(random, names);
    const next = new Map(versions.at(-1));
    for (const { name, value } of batch) {
      if (value === undefined) next.delete(name);
      else next.set(name, value);
    }
    const staged = tree.stage(changesOf(batch));
    expect(toHex(staged.root)).toBe(rootOf(next));
    const shown = random.below(tree.kept + 1);
    expectVersion(tree, shown, versions.at(-1 - shown)!, names);
    if (random.below(4) === 0) staged.discard();
    else {
      staged.commit();
      versions.push(next);
    }
    expect(tree.kept).toBe(Math.min(KEPT, versions.length - 1));
    const back = random.below(tree.kept + 1);
    expectVersion(tree, back, versions.at(-1 - back)!, names);
  }
  while (tree.kept > 0) {
    const back = 1 + random.below(tree.kept);
    tree.revert(back);
    versions.splice(versions.length - back);
    expectVersion(tree, 0, versions.at(-1)!, names);
  }
}

describe('tree: random histories', () => {
  const groups = [createThreadGroup(2), createThreadGroup(4), createThreadGroup(2)];
  afterAll(() => Promise.all(groups.map((group) => group.close())));

  it('give the naive root at each version, 1,000 times, and give it again when taken back', () => {
    const random = createRandom(SEED);
    for (let history = 0; history < 1000; history++) {
      const tree = createTree({ keepVersions: KEPT });
      runHistory(random, tree);
    }
  });

  it('leak no node: once versions are dropped, leaves are the keys and inner nodes one fewer', () => {
    const random = createRandom(SEED + 1);
    const tree = createTree({ keepVersions: 2 });
    let content = new Map<number, Uint8Array>();
    for (let round = 0; round < 200; round++) {
      const batch = randomBatch(random, 80);
      content = new Map(content);
      for (const { name, value } of batch)
        value === undefined ? content.delete(name) : content.set(name, value);
      tree.apply(changesOf(batch));
    }
    for (let round = 0; round < 3; round++) tree.apply([]);
    expect(toHex(tree.root())).toBe(rootOf(content));
    expect(tree.used).toEqual({ leaves: content.size, inner: Math.max(0, content.size - 1) });
  });

  it.each([0, 1])('are the same over threads (group %i)', (index) => {
    const random = createRandom(SEED + 2 + index);
    const group = groups[index]!;
    const tree = createTree({ keepVersions: KEPT, group });
    const local = createTree({ keepVersions: KEPT });
    for (let round = 0; round < 60; round++) {
      const changes = changesOf(randomBatch(random, 200));
      const [staged, other] = [tree.stage(changes), local.stage(changes)];
      expect(toHex(staged.root)).toBe(toHex(other.root));
      const isTaken = random.below(3) > 0;
      for (const one of [staged, other]) isTaken ? one.commit() : one.discard();
      const back = random.below(tree.kept + 1);
      for (const name of [0, 50, 100, 150, 500]) {
        const key = keyOf(name);
        expect(tree.prove(key, back)).toEqual(local.prove(key, back));
      }
      if (random.below(8) === 0 && tree.kept > 0) {
        const count = 1 + random.below(tree.kept);
        tree.revert(count);
        local.revert(count);
      }
      expect(tree.size).toBe(local.size);
    }
  });

  it('refuse a bad batch in every thread, and go on', () => {
    const tree = createTree({ keepVersions: KEPT, group: groups[2]! });
    const many = Array.from({ length: 50 }, (_, name) => ({ key: keyOf(name), value: utf8('v') }));
    const root = tree.apply(many);
    for (const twice of many.slice(0, 8))
      expect(() => tree.stage([...many, twice])).toThrow(
        expect.objectContaining({ code: 'STATE_DUPLICATE_KEY' }),
      );
    expect(() => tree.stage([{ key: keyOf(1), value: new Uint8Array(0) }])).toThrow(
      expect.objectContaining({ code: 'STATE_EMPTY_VALUE' }),
    );
    expect(tree.apply([])).toEqual(root);
  });

  it.skipIf(nativePairHasher === undefined)('have equal roots under both hashers', () => {
    const random = createRandom(SEED + 9);
    const native = createTree({ group: createLocalGroup(nativePairHasher) });
    const portable = createTree({ group: createLocalGroup(portablePairHasher) });
    for (let round = 0; round < 20; round++) {
      const changes = changesOf(randomBatch(random, 3000));
      expect(toHex(native.apply(changes))).toBe(toHex(portable.apply(changes)));
    }
  });
});
