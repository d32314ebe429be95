// The example engine from outside the packages: the suite, and a node that runs it by configuration alone.
import { fileURLToPath } from 'node:url';
import { engineChecks } from '@weft/runtime/node/conformance/engine-checks';
import { eventually } from '@weft/runtime/node/conformance/errors';
import { trialGenesis, trialTransfer } from '@weft/runtime/node/conformance/trial';
import { createNode } from '@weft/runtime/node/create-node';
import { DEVELOPMENT_VALIDATOR_SEED } from '@weft/runtime/node/development';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../authority/engine.mjs';

const BLOCK_MS = 1000;

describe('consensus engine authority', () => {
  const checks = engineChecks({
    name: 'authority',
    create: (home) => {
      const log = (home.get('log') ?? new Map<number, Uint8Array>()) as Map<number, Uint8Array>;
      home.set('log', log);
      return createEngine({ blockMs: BLOCK_MS, log });
    },
    async decide(_engine, { environment }, count) {
      for (let index = 0; index < count; index++) {
        const before = environment.blocks.length;
        environment.clock.advance(BLOCK_MS);
        const done = () => environment.blocks.length > before || environment.failures.length > 0;
        await eventually('a block or a failure', done);
      }
    },
    codes: { startedTwice: 'AUTHORITY_STARTED', stopped: 'AUTHORITY_STOPPED' },
  });
  for (const check of checks) it(check.name, () => check.run());

  it('runs a node by configuration alone', async () => {
    const genesis = trialGenesis();
    const heights: number[] = [];
    const node = createNode({
      genesis,
      validatorSeed: DEVELOPMENT_VALIDATOR_SEED,
      executor: 'sequential',
      rpc: false,
      engine: {
        module: fileURLToPath(new URL('../authority/engine.mjs', import.meta.url)),
        options: { blockMs: 5 },
      },
      onBlock: ({ header }) => heights.push(header.height),
    });
    await node.start();
    try {
      const id = await node.submit(trialTransfer(genesis, 0));
      await eventually('three blocks', () => heights.length >= 3);
      expect((await node.query().transaction(id))?.receipt.status).toBe('OK');
      await expect(node.seal()).rejects.toMatchObject({ code: 'NODE_SEAL' });
    } finally {
      await node.stop();
    }
  });

  it('a module that is none, or exports no engine, is refused', async () => {
    for (const module of [
      './no-such-engine.mjs',
      'no-such-package',
      fileURLToPath(import.meta.resolve('@weft/runtime/base/bytes')),
    ]) {
      const node = createNode({
        genesis: trialGenesis(),
        executor: 'sequential',
        rpc: false,
        engine: { module },
      });
      await expect(node.start()).rejects.toMatchObject({ code: 'NODE_ENGINE' });
    }
  });
});
