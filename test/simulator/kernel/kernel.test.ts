// The shipped kernel under every interleaving of small blocks, and the faults that this must find. Larger blocks:
// `npm run soak -- kernel`.
import { describe, expect, test } from 'vitest';
import { kernelSystem, modelBlock } from './block.js';
import { explore } from './explorer.js';
import { loadKernel, MUTATIONS } from './mutations.js';

/** Blocks as `modelBlock` reads them: chains, readers and adders before and after a writer, diamonds, several keys. */
const BLOCKS = [
  ...['w', 'r w', 'w w', 'a a', 'a r', 'w a', 'r r w', 'a a r', 'w r r', 'w a a', 'a w a'],
  ...['w- -w ww', 'aa a- ra', 'w- -r wa'],
];
/** The same senders, some of whose transactions violate their access. */
const FLAGGED = ['w! w', 'w! r w', 'a! a', 'w- -w! ww', 'r! a w'];

describe('kernel: every interleaving gives the sequential result', () => {
  test('as shipped, 2 and 3 workers', async () => {
    const kernel = await loadKernel();
    let states = 0;
    for (const workers of [1, 2, 3]) {
      for (const text of BLOCKS) {
        const found = explore(kernelSystem(modelBlock(text), workers, kernel));
        expect([text, workers, found.failure]).toEqual([text, workers, undefined]);
        states += found.states;
      }
      for (const text of FLAGGED) {
        const found = explore(kernelSystem(modelBlock(text, true), workers, kernel));
        expect([text, workers, found.failure]).toEqual([text, workers, undefined]);
        states += found.states;
      }
    }
    console.log(`${states} states of ${3 * (BLOCKS.length + FLAGGED.length)} systems`);
    expect(states).toBeGreaterThan(10_000);
  });

  test('no two workers ever stand before the same plain word, one of them to write', async () => {
    const kernel = await loadKernel();
    for (const text of ['r w', 'w w', 'a a r', 'w r r']) {
      expect(explore(kernelSystem(modelBlock(text), 2, kernel, true)).failure, text).toBeUndefined();
    }
  });
});

describe('kernel: faults are found', () => {
  test.each(MUTATIONS)('$name', async (mutation) => {
    const kernel = await loadKernel(mutation);
    const found = [...FLAGGED, ...BLOCKS].find((text) => {
      const block = modelBlock(text, FLAGGED.includes(text));
      return explore(kernelSystem(block, 3, kernel)).failure !== undefined;
    });
    expect(found).toBeDefined();
  });
});
