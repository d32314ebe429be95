// Checkpoints: what they hold, that only whole ones are taken, and that a state opened from one goes on like another.
import { concatBytes, toHex, utf8 } from '@weft/runtime/base/bytes';
import type { CheckpointFile } from '@weft/runtime/ports/checkpoint';
import { type ChainState, createChainState } from '@weft/runtime/state/chain-state';
import { createCheckpoints, readCheckpoint, writeCheckpoint } from '@weft/runtime/state/checkpoint';
import { CheckpointEncoder } from '@weft/runtime/state/checkpoint-codec';
import { packValues } from '@weft/runtime/state/packed-batch';
import { createThreadGroup } from '@weft/runtime/state/thread-group';
import type { ValueChange } from '@weft/runtime/types/block';
import type { StateKey } from '@weft/runtime/types/key';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../support/random.js';
import { propertySeed } from '../support/seed.js';

const SEED = propertySeed('checkpoint');
const keyOf = (name: number): StateKey => utf8(`key ${name}`) as unknown as StateKey;
const code = (name: string): unknown => expect.objectContaining({ code: name });

/** A checkpoint file in memory. */
function createFile(): CheckpointFile & { bytes: Uint8Array | undefined } {
  const file = {
    bytes: undefined as Uint8Array | undefined,
    async open() {
      const { bytes } = file;
      if (bytes === undefined) return undefined;
      let at = 0;
      const read = async (length: number): Promise<Uint8Array> => {
        at += length;
        return bytes.slice(at - length, at);
      };
      return { read, close: async () => undefined };
    },
    async write(pieces: AsyncIterable<Uint8Array>) {
      const taken: Uint8Array[] = [];
      for await (const piece of pieces) taken.push(piece);
      file.bytes = concatBytes(...taken);
    },
    async remove() {
      file.bytes = undefined;
    },
  };
  return file;
}

function stateOf(count: number, height = 7): ChainState {
  const content = Array.from({ length: count }, (_, name) => ({
    key: keyOf(name),
    value: utf8(`value ${name}`),
  }));
  return createChainState(height, content);
}

function commit(state: ChainState, name: number, text: string): void {
  const change: ValueChange = { key: keyOf(name), before: state.read(keyOf(name)), after: utf8(text) };
  state.stage([change]).commit();
}

describe('state checkpoint', () => {
  it.each([0, 1, 2, 300, 20_000])(
    'gives back a state of %i keys, its height and the listed keys',
    async (count) => {
      const file = createFile();
      const state = stateOf(count);
      const listed = count > 0 ? [keyOf(0)] : [];
      expect(await writeCheckpoint(file, state, listed)).toBe(true);
      const loaded = await readCheckpoint(file);
      expect(loaded?.head).toEqual({ height: 7, root: state.root(), size: count, keys: listed });
      expect(loaded?.tree.root()).toEqual(state.root());
      for (let name = 0; name < count; name += 997)
        expect(loaded?.tree.prove(keyOf(name))).toEqual(state.prove(keyOf(name)));
      expect(loaded?.tree.used).toEqual({ leaves: count, inner: Math.max(0, count - 1) });
    },
  );

  it('is the same bytes for the same state, whatever came before, and read by any number of threads', async () => {
    const random = createRandom(SEED);
    const [straight, detour] = [createFile(), createFile()];
    const state = stateOf(500);
    await writeCheckpoint(straight, state, []);
    const other = stateOf(600, 0);
    for (let block = 0; block < 7; block++) {
      const names = block < 6 ? [random.below(500)] : Array.from({ length: 600 }, (_, name) => name);
      const diff = names.map((name) => ({
        key: keyOf(name),
        before: other.read(keyOf(name)),
        after: block < 6 ? utf8(`detour ${block}`) : name < 500 ? utf8(`value ${name}`) : undefined,
      }));
      other.stage(diff).commit();
    }
    await writeCheckpoint(detour, other, []);
    expect(toHex(detour.bytes!)).toBe(toHex(straight.bytes!));
    const group = createThreadGroup(4);
    const loaded = await readCheckpoint(straight, group);
    expect(loaded?.tree.root()).toEqual(state.root());
    expect(loaded?.tree.prove(keyOf(1))).toEqual(state.prove(keyOf(1)));
    await group.close();
  });

  it('holds the state it was begun at, while newer blocks come', async () => {
    const file = createFile();
    const state = stateOf(20_000);
    const { root, height } = { root: state.root(), height: state.height };
    const taken: Uint8Array[] = [];
    const busy: CheckpointFile = {
      ...file,
      async write(pieces) {
        for await (const piece of pieces) {
          taken.push(piece);
          for (let block = 0; block < 20; block++) commit(state, 800 * taken.length + block, `new ${block}`);
        }
        file.bytes = concatBytes(...taken);
      },
    };
    expect(await writeCheckpoint(busy, state, [])).toBe(true);
    expect(taken.length).toBeGreaterThan(3);
    expect(state.height).toBeGreaterThan(height + 32);
    const loaded = await readCheckpoint(file);
    expect(loaded?.head.height).toBe(height);
    expect(loaded?.tree.root()).toEqual(root);
    commit(state, 1, 'after');
    expect(state.oldest).toBe(state.height - 32);
  });

  it('is given up when the chain goes back behind it', async () => {
    const file = createFile();
    const state = stateOf(20_000);
    commit(state, 1, 'x');
    const back: CheckpointFile = {
      ...file,
      async write(pieces) {
        for await (const _ of pieces) if (state.height > 7) state.revert(7);
      },
    };
    expect(await writeCheckpoint(back, state, [])).toBe(false);
    expect(state.root()).toEqual(stateOf(20_000).root());
  });

  it('is refused with a code when any byte of it is another, or any byte is missing', async () => {
    const file = createFile();
    await writeCheckpoint(file, stateOf(12), [keyOf(3)]);
    const whole = file.bytes!;
    const refused = expect.objectContaining({ code: expect.stringMatching(/^STATE_CHECKPOINT_/) });
    for (let at = 0; at < whole.length; at++) {
      file.bytes = whole.slice();
      file.bytes[at]! ^= 1 << (at % 8);
      await expect(readCheckpoint(file)).rejects.toEqual(refused);
      file.bytes = whole.slice(0, at);
      await expect(readCheckpoint(file)).rejects.toEqual(refused);
    }
    file.bytes = concatBytes(whole, new Uint8Array(1));
    await expect(readCheckpoint(file)).rejects.toEqual(refused);
    file.bytes = whole;
    expect((await readCheckpoint(file))?.head.size).toBe(12);
  });

  it('is refused when its checksums hold and its content does not', async () => {
    const file = createFile();
    const state = stateOf(12);
    const pinned = state.pin();
    const leaves = pinned.next(100, 1e6)!;
    pinned.release();
    const head = { height: 7, root: state.root(), size: 12, keys: [] };
    const write = (given: typeof head, given2: typeof leaves): void => {
      const encoder = new CheckpointEncoder();
      file.bytes = concatBytes(encoder.head(given), encoder.leaves(given2), encoder.end());
    };
    write(head, leaves);
    expect((await readCheckpoint(file))?.tree.root()).toEqual(state.root());
    const hashes = leaves.hashes.slice();
    hashes[3]! ^= 1;
    write(head, { ...leaves, hashes });
    await expect(readCheckpoint(file)).rejects.toEqual(code('STATE_CHECKPOINT_DAMAGED'));
    write({ ...head, size: 13 }, leaves);
    await expect(readCheckpoint(file)).rejects.toEqual(code('STATE_CHECKPOINT_DAMAGED'));
    write({ ...head, keys: [keyOf(99)] as never[] }, leaves);
    await expect(readCheckpoint(file)).rejects.toEqual(code('STATE_CHECKPOINT_DAMAGED'));
    const keys = leaves.keys.slice();
    keys.copyWithin(0, 8, 16);
    write(head, { ...leaves, keys });
    await expect(readCheckpoint(file)).rejects.toEqual(code('STATE_CHECKPOINT_DAMAGED'));
  });

  it('gives no value that is not its leaf, though checksums and root hold', async () => {
    const file = createFile();
    const state = stateOf(12);
    const pinned = state.pin();
    const leaves = pinned.next(100, 1e6)!;
    pinned.release();
    const encoder = new CheckpointEncoder();
    const head = encoder.head({ height: 7, root: state.root(), size: 12, keys: [] });
    const values = packValues(
      Array.from(leaves.values.lengths, (length) => utf8('other!!'.slice(0, length))),
    );
    file.bytes = concatBytes(head, encoder.leaves({ ...leaves, values }), encoder.end());
    const loaded = await readCheckpoint(file);
    expect(() => loaded?.tree.get(keyOf(1))).toThrow(code('STATE_LEAF_MISMATCH'));
    expect(loaded?.tree.get(keyOf(99))).toBeUndefined();
  });

  it('is written once enough has changed, not again at each block after a failure', async () => {
    const file = createFile();
    const state = stateOf(10);
    const failures: unknown[] = [];
    let full = true;
    const failing: CheckpointFile = {
      ...file,
      write: (pieces) => (full ? Promise.reject(new Error('disk full')) : file.write(pieces)),
    };
    const checkpoints = createCheckpoints({
      file: failing,
      state,
      listKeys: () => [],
      onFailure: (error) => failures.push(error),
    });
    checkpoints.note(99_999);
    expect(file.bytes).toBeUndefined();
    checkpoints.note(1);
    await new Promise(setImmediate);
    expect(failures.length).toBe(1);
    checkpoints.note(99_999);
    await new Promise(setImmediate);
    expect(failures.length).toBe(1);
    full = false;
    checkpoints.note(1);
    await checkpoints.close();
    expect(checkpoints.height).toBe(7);
    expect((await readCheckpoint(file))?.tree.root()).toEqual(state.root());
  });
});
