// The fuzzing process: started with `disturb.mjs` preloaded, which only a new process hands on to its threads. Takes
// `FuzzBlocksOptions` as JSON, prints the result as JSON.
import { fuzzBlocks } from './fuzz-blocks.js';

const { seed, count, block } = JSON.parse(process.argv[2]!) as {
  readonly seed: number;
  readonly count: number;
  readonly block?: number;
};
try {
  const onProgress = (line: string) => void process.stderr.write(`${line}\n`);
  const { blocks, transactions, seen } = await fuzzBlocks({ seed, count, block, onProgress });
  process.stdout.write(JSON.stringify({ blocks, transactions, seen: Object.fromEntries([...seen].sort()) }));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  // Not `exitCode`: workers that wait for each other keep the process alive.
  process.exit(1);
}
