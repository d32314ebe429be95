// Runs random contracts and random blocks and prints what came out; started under different compilers of the engine.
import { createHash } from 'node:crypto';
import { createParallelExecutor } from '@weft/runtime/execute/parallel/executor';
import { createSequentialExecutor } from '@weft/runtime/execute/sequential/executor';
import fc from 'fast-check';
import { buildScriptContracts } from '../fixtures/script-contract.js';
import { blockOf } from '../fixtures/world.js';
import { runModule } from '../fuzz/instances/compare.js';
import { buildBlock } from './build-block.js';
import { randomBlock } from './random-block.js';

const seed = Number(process.argv[2]);
const MODULES = 40;
const BLOCKS = 6;

const hash = createHash('sha256');
let gas = 0;
for (let index = 0; index < MODULES; index++) {
  const [run] = runModule(seed + index, ['pooled']);
  for (const outcome of run!.outcomes) {
    hash.update(outcome);
    gas += Number(outcome.split(':')[2]);
  }
}
const codes = await buildScriptContracts();
const executors = [
  createSequentialExecutor(),
  ...[1, 2, 4].map((workers) => createParallelExecutor({ workers })),
];
const digests: string[] = [];
for (const executor of executors) {
  const blocks = createHash('sha256');
  for (const random of fc.sample(randomBlock, { seed, numRuns: BLOCKS })) {
    const { world, transactions } = buildBlock(random, codes);
    const outcome = await executor.execute(blockOf(transactions), world.read);
    for (const { gasUsed } of outcome.receipts) gas += gasUsed;
    blocks.update(
      JSON.stringify(outcome.receipts, (_name, value) => (typeof value === 'bigint' ? `${value}` : value)),
    );
  }
  digests.push(blocks.digest('hex'));
  await executor.close();
}
process.stdout.write(JSON.stringify({ modules: hash.digest('hex'), digests, gas }));
