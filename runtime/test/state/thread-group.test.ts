// Threads of the tree that are lost: a coded error, whoever waited for them, and never a root.
import { utf8 } from '@weft/runtime/base/bytes';
import { createThreadGroup } from '@weft/runtime/state/thread-group';
import { createTree } from '@weft/runtime/state/tree';
import { expect, it } from 'vitest';

const batch = (from: number) =>
  Array.from({ length: 500 }, (_, index) => ({ key: utf8(`k${from + index}`), value: utf8(`v${index}`) }));

it.each([
  [2, 1],
  [4, 3],
  [8, 5],
])(
  'of %i threads, the one of part %i lost: STATE_THREAD_LOST',
  async (threads, lost) => {
    // As long as threads take to start on a busy machine.
    const group = createThreadGroup(threads, 2500);
    try {
      const tree = createTree({ group });
      const root = tree.apply(batch(0));
      expect(root).toEqual(createTree().apply(batch(0)));
      await group.kill(lost);
      expect(() => tree.stage(batch(500))).toThrow(expect.objectContaining({ code: 'STATE_THREAD_LOST' }));
      expect(tree.root()).toEqual(root);
      // At once: the answers of a thread that is only late are no answers to what is asked now.
      const started = performance.now();
      expect(() => tree.stage(batch(500))).toThrow(expect.objectContaining({ code: 'STATE_THREAD_LOST' }));
      expect(performance.now() - started).toBeLessThan(2000);
    } finally {
      await group.close();
    }
  },
  30_000,
);
