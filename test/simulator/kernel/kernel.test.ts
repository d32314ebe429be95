// The shipped kernel under every interleaving of small blocks, and the faults that this must find. Larger blocks:
// `npm run soak -- kernel`.
import { describe, expect, test } from 'vitest';
import { kernelSystem, modelBlock, orderAlone } from './block.js';
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
    let systems = 0;
    for (const workers of [1, 2, 3]) {
      for (const text of [...BLOCKS, ...FLAGGED]) {
        const block = modelBlock(text, FLAGGED.includes(text));
        for (const claimParts of [0, undefined]) {
          const found = explore(kernelSystem(block, workers, kernel, { claimParts }));
          expect([text, workers, claimParts, found.failure]).toEqual([text, workers, claimParts, undefined]);
          states += found.states;
          systems++;
        }
      }
    }
    console.log(`${states} states of ${systems} systems`);
    expect(states).toBeGreaterThan(10_000);
  });

  test('no two workers ever stand before the same plain word, one of them to write', async () => {
    const kernel = await loadKernel();
    for (const text of ['r w', 'w w', 'a a r', 'w r r']) {
      expect(
        explore(kernelSystem(modelBlock(text), 2, kernel, { fine: true })).failure,
        text,
      ).toBeUndefined();
    }
  });
});

test('kernel: a chain does not keep others that were taken with it from running', async () => {
  expect(orderAlone(modelBlock('w- w- w- -w -w'), await loadKernel())).toEqual([0, 3, 4, 1, 2]);
});

describe('kernel: faults are found', () => {
  test.each(MUTATIONS)('$name', async (mutation) => {
    const kernel = await loadKernel(mutation);
    const found = [...FLAGGED, ...BLOCKS].find((text) => {
      const block = modelBlock(text, FLAGGED.includes(text));
      return [0, undefined].some(
        (claimParts) => explore(kernelSystem(block, 3, kernel, { claimParts })).failure !== undefined,
      );
    });
    expect(found).toBeDefined();
  });
});
