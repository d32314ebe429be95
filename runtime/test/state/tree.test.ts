import { textBytes, toHex, utf8 } from '@weft/runtime/base/bytes';
import { sha256 } from '@weft/runtime/base/hash';
import { EMPTY_STATE_ROOT } from '@weft/runtime/base/state-tree';
import type { TreeChange } from '@weft/runtime/state/packed-batch';
import { createTree, type StateTree } from '@weft/runtime/state/tree';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../support/random.js';
import { naiveRoot } from './naive-root.js';

const SEED = Number(process.env['WEFT_SEED'] ?? Date.now() % 2 ** 31);
console.info(`tree: WEFT_SEED=${SEED}`);

const key = (name: number | string): Uint8Array => utf8(`key ${name}`);
const put = (name: number | string, value: string): TreeChange => ({ key: key(name), value: utf8(value) });
const remove = (name: number | string): TreeChange => ({ key: key(name), value: undefined });

/** Keeps a tree and its content side by side. */
class Mirror {
  readonly content = new Map<string, Uint8Array>();
  constructor(readonly tree: StateTree = createTree()) {}
  apply(changes: readonly TreeChange[]): Uint8Array {
    for (const { key, value } of changes) {
      const text = String.fromCharCode(...key);
      if (value === undefined) this.content.delete(text);
      else this.content.set(text, value);
    }
    return this.tree.apply(changes);
  }
  naive(): Uint8Array {
    return naiveRoot([...this.content].map(([text, value]) => [textBytes(text), value] as const));
  }
  check(): void {
    expect(toHex(this.tree.root())).toBe(toHex(this.naive()));
    expect(this.tree.size).toBe(this.content.size);
    expect(this.tree.used).toEqual({ leaves: this.content.size, inner: Math.max(0, this.content.size - 1) });
  }
}

describe('tree: root', () => {
  it('is 32 zero bytes without keys, and again once all are deleted', () => {
    const mirror = new Mirror();
    expect(mirror.tree.root()).toEqual(EMPTY_STATE_ROOT);
    mirror.apply([put(1, 'a'), put(2, 'b'), put(3, 'c')]);
    mirror.check();
    mirror.apply([remove(1), remove(2), remove(3)]);
    expect(mirror.tree.root()).toEqual(EMPTY_STATE_ROOT);
    mirror.check();
  });

  it('has not changed: three keys, hashed by hand', () => {
    // k' begins ca97, 3e23, 2e7d: bit 0 parts a from b and c, bit 3 parts c (left) from b.
    const tree = createTree();
    tree.apply(['a1', 'b2', 'c3'].map((text) => ({ key: utf8(text[0]!), value: utf8(text[1]!) })));
    expect(toHex(tree.root())).toBe('7cc29a07cce232e6a33326e01f8e43121a4129aa5df3d1cc61f676af52b52684');
  });

  it('equals a naive recomputation along random histories', () => {
    const change = fc.record({
      name: fc.nat(60),
      value: fc.option(fc.string({ minLength: 1, maxLength: 8 })),
    });
    const batches = fc.array(fc.uniqueArray(change, { maxLength: 40, selector: (item) => item.name }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(batches, (history) => {
        const mirror = new Mirror();
        for (const batch of history) {
          mirror.apply(batch.map(({ name, value }) => (value === null ? remove(name) : put(name, value))));
          mirror.check();
        }
      }),
      { seed: SEED, numRuns: 150 },
    );
  });

  it('equals a naive recomputation after batches of thousands, whose hashes are made run by run', () => {
    const mirror = new Mirror(createTree({ keepVersions: 4 }));
    const random = createRandom(SEED);
    const roots: string[] = [toHex(mirror.tree.root())];
    // Mostly additions, then changes, deletions, and a stretch of the key space emptied.
    for (const share of [0, 0.1, 0.5, 0.95]) {
      const names = new Set(Array.from({ length: 4000 }, () => random.below(6000)));
      mirror.apply(
        [...names].map((name) =>
          random.below(1000) < 1000 * share
            ? remove(name)
            : put(name, `${random.below(99)}`.repeat(1 + random.below(80))),
        ),
      );
      expect(toHex(mirror.tree.root())).toBe(toHex(mirror.naive()));
      roots.push(toHex(mirror.tree.root()));
    }
    const emptied = [...mirror.content.keys()].filter((text) => sha256(textBytes(text))[0]! < 128);
    mirror.apply(emptied.map((text) => ({ key: textBytes(text), value: undefined })));
    expect(toHex(mirror.tree.root())).toBe(toHex(mirror.naive()));
    mirror.tree.revert(4);
    expect(toHex(mirror.tree.root())).toBe(roots[1]);
  });

  it('depends on the content alone, not on order, batches or detours', () => {
    const entries = fc.uniqueArray(fc.nat(500), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(entries, entries, fc.nat(30), (names, detours, step) => {
        const once = createTree();
        once.apply(names.map((name) => put(name, `v${name}`)));
        const slow = createTree();
        slow.apply(detours.map((name) => put(name, 'detour')));
        const order = [...names].sort((a, b) => ((a * 7919) % 503) - ((b * 7919) % 503));
        for (let at = 0; at < order.length; at += step + 1) {
          slow.apply(order.slice(at, at + step + 1).map((name) => put(name, `v${name}`)));
        }
        const kept = new Set(names);
        slow.apply(detours.filter((name) => !kept.has(name)).map(remove));
        expect(toHex(slow.root())).toBe(toHex(once.root()));
        expect(slow.used).toEqual(once.used);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it('does not change when a batch writes what is there or deletes what is not', () => {
    const tree = createTree();
    const root = tree.apply([put(1, 'a'), put(2, 'b')]);
    expect(tree.apply([put(1, 'a'), remove('absent')])).toEqual(root);
    expect(tree.apply([])).toEqual(root);
  });
});

describe('tree: staged batches', () => {
  it('leaves the tree as it was until commit, and after discard', () => {
    const mirror = new Mirror();
    mirror.apply(Array.from({ length: 200 }, (_, index) => put(index, `v${index}`)));
    const before = mirror.tree.root();
    const changes = [put(3, 'other'), remove(5), put('new', 'x'), remove(7)];
    const discarded = mirror.tree.stage(changes);
    expect(discarded.root).not.toEqual(before);
    expect(mirror.tree.root()).toEqual(before);
    discarded.discard();
    mirror.check();
    const staged = mirror.tree.stage(changes);
    expect(staged.root).toEqual(discarded.root);
    staged.commit();
    expect(mirror.tree.root()).toEqual(staged.root);
    expect(mirror.tree.size).toBe(199);
  });

  it('refuses a second batch while one is open', () => {
    const tree = createTree();
    const staged = tree.stage([put(1, 'a')]);
    expect(() => tree.stage([put(2, 'b')])).toThrow(expect.objectContaining({ code: 'BASE_INVARIANT' }));
    staged.discard();
    expect(() => staged.commit()).toThrow(expect.objectContaining({ code: 'BASE_INVARIANT' }));
  });
});

describe('tree: refused batches', () => {
  it('names a key changed twice and an empty value, and changes nothing', () => {
    const mirror = new Mirror();
    mirror.apply([put(1, 'a')]);
    const twice = [put(2, 'b'), put(3, 'c'), remove(2)];
    expect(() => mirror.tree.apply(twice)).toThrow(expect.objectContaining({ code: 'STATE_DUPLICATE_KEY' }));
    expect(() => mirror.tree.apply([{ key: key(4), value: new Uint8Array(0) }])).toThrow(
      expect.objectContaining({ code: 'STATE_EMPTY_VALUE' }),
    );
    mirror.check();
  });
});

describe('tree: size', () => {
  it('holds 100,000 keys and takes 10,000 changes in well under a second', () => {
    const tree = createTree();
    tree.apply(Array.from({ length: 100_000 }, (_, index) => put(index, `value ${index}`)));
    const start = process.cpuUsage();
    tree.apply(Array.from({ length: 10_000 }, (_, index) => put(index * 9, `other ${index}`)));
    const used = process.cpuUsage(start);
    console.info(
      `tree: 10,000 changes on 100,000 keys took ${Math.round((used.user + used.system) / 1000)} ms of CPU`,
    );
    expect(tree.size).toBe(100_000);
  });
});
