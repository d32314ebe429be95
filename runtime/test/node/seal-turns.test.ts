// A node whose chain is in memory has nothing to wait for between two blocks: it serves others all the same.
import { createNode } from '@weft/runtime/node/create-node';
import { developmentGenesis } from '@weft/runtime/node/development';
import { ed25519Address } from '@weft/runtime/types/authorisation';
import { expect, test } from 'vitest';

const BLOCKS = 50;

test('seal: between blocks asked for together, the event loop turns', async () => {
  const accounts = [ed25519Address(new Uint8Array(32).fill(1))];
  const node = createNode({
    genesis: developmentGenesis({ accounts }),
    seal: { trigger: { kind: 'manual' } },
  });
  await node.start();
  let turns = 0;
  let next: NodeJS.Immediate;
  const count = (): void => {
    turns++;
    next = setImmediate(count);
  };
  try {
    next = setImmediate(count);
    await node.seal(BLOCKS);
    clearImmediate(next);
    expect(turns).toBeGreaterThanOrEqual(BLOCKS - 1);
  } finally {
    await node.stop();
  }
});
