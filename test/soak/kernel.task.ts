// The kernel under every interleaving of every block of up to N transactions over one key, and of some over two.
import { Kernel } from '@weft/runtime/execute/parallel/kernel';
import { kernelSystem, modelBlock } from '../simulator/kernel/block.js';
import { explore } from '../simulator/kernel/explorer.js';
import type { Task } from '../support/tasks.js';

const TWO_KEYS = ['w- -w ww rr', 'aa aa rr ww', 'w- r- -w -r', 'ra ar wa aw', 'w- w- -a -a', 'aw wa r- -r'];

export const task: Task = {
  summary: 'every interleaving of the parallel kernel on small blocks',
  configure: (command) => {
    command.option('--transactions <n>', 'most transactions of a block', '4');
    command.option('--workers <n>', 'most workers', '3');
  },
  run: async (options) => {
    const rows: Record<string, string | number>[] = [];
    let states = 0;
    let transitions = 0;
    for (const text of [...oneKeyBlocks(Number(options['transactions'])), ...TWO_KEYS]) {
      for (let workers = 1; workers <= Number(options['workers']); workers++) {
        for (const claimParts of [0, undefined]) {
          const found = explore(kernelSystem(modelBlock(text), workers, Kernel, { claimParts }), 20_000_000);
          const claims = claimParts === 0 ? 'all that is ready' : 'one at a time';
          if (found.failure !== undefined)
            throw new RangeError(`${text}, ${workers} workers, ${claims}: ${found.failure}`);
          states += found.states;
          transitions += found.transitions;
          rows.push({ block: text, workers, claims, states: found.states, transitions: found.transitions });
        }
      }
      process.stderr.write(`${text}: ${states} states so far\n`);
    }
    return { rows, systems: rows.length, states, transitions };
  },
};

function oneKeyBlocks(length: number): string[] {
  if (length === 0) return [];
  const shorter = oneKeyBlocks(length - 1);
  const longest = shorter.filter((text) => text.split(' ').length === length - 1);
  const bases = length === 1 ? [''] : longest;
  return [...shorter, ...bases.flatMap((base) => ['r', 'w', 'a'].map((mode) => `${base} ${mode}`.trim()))];
}
