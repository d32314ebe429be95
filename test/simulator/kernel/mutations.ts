// Faults a scheduler could have, as edits of the shipped kernel's source. The exploration must catch every one: what
// it does not catch it does not check.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../support/source-tree.js';
import type { KernelClass } from './block.js';

/** One fault: `find` stands exactly once in the compiled kernel. */
export interface Mutation {
  readonly name: string;
  readonly find: string;
  readonly replace: string;
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'lost wake-up: a push wakes nobody',
    find: 'if (this.atomics.load(words, HEADER.waiting) > 0)',
    replace: 'if (false)',
  },
  {
    name: 'lost wake-up: a push does not change the signal',
    find: 'this.atomics.add(words, HEADER.readySignal, 1);\n        if',
    replace: 'if',
  },
  {
    name: 'lost wake-up: the signal is read after looking',
    find: 'this.atomics.wait(words, HEADER.readySignal, seen)',
    replace: 'this.atomics.wait(words, HEADER.readySignal, this.atomics.add(words, HEADER.readySignal, 0))',
  },
  {
    name: 'lost wake-up: waiting is counted after the wait',
    find: 'this.atomics.add(words, HEADER.waiting, 1);\n            this.atomics.wait(words, HEADER.readySignal, seen);',
    replace:
      'this.atomics.wait(words, HEADER.readySignal, seen);\n            this.atomics.add(words, HEADER.waiting, 1);',
  },
  {
    name: 'the end wakes one worker only',
    find: 'atomics.notify(words, HEADER.readySignal);',
    replace: 'atomics.notify(words, HEADER.readySignal, 1);',
  },
  {
    name: 'the end wakes nobody',
    find: 'wakeAll(this.#words, this.atomics);',
    replace: ';',
  },
  {
    name: 'the end is missed: what others counted is not added',
    find: 'before + count === this.#taking',
    replace: 'count === this.#taking',
  },
  {
    name: 'the end is missed: who finds nothing more counts nothing',
    find: 'this.#count();\n',
    replace: '\n',
  },
  {
    name: 'missed edge: ready while one predecessor still runs',
    find: 'this.atomics.sub(words, this.#inDegrees + next, 1) !== 1',
    replace: 'this.atomics.sub(words, this.#inDegrees + next, 1) > 2',
  },
  {
    name: 'missed edge: the in-degree is read after it was lowered',
    find: 'this.atomics.sub(words, this.#inDegrees + next, 1) !== 1',
    replace:
      '(this.atomics.sub(words, this.#inDegrees + next, 1), this.atomics.load(words, this.#inDegrees + next)) !== 0',
  },
  {
    name: 'join nodes pass nothing on',
    find: 'this.#passing.push(next)',
    replace: '0',
  },
  {
    name: 'torn commit: successors start before the writes',
    find: 'run(transaction);\n                transaction = this.#finish(transaction);',
    replace:
      'const done = transaction;\n                transaction = this.#finish(done);\n                run(done);',
  },
  {
    name: 'a run is merged before its last member has left',
    find: '=== 1;\n    }\n    /** An earlier',
    replace: '=== 2;\n    }\n    /** An earlier',
  },
  {
    name: 'two take one transaction: the head is stored, not exchanged',
    find: 'this.atomics.compareExchange(words, HEADER.queueHead, head, head + count) !== head',
    replace: 'this.atomics.store(words, HEADER.queueHead, head + count) < 0',
  },
  {
    name: 'a place is taken that nobody has counted yet',
    find: 'Math.max(1, Math.floor(ready / this.#shares))',
    replace: '1 + Math.floor(ready / this.#shares)',
  },
  {
    name: 'a transaction is lost: the last of several places is forgotten',
    find: 'this.#claimEnd = head + count;',
    replace: 'this.#claimEnd = head + Math.max(1, count - 1);',
  },
  {
    name: 'a ready transaction is lost: the last one kept replaces the first',
    find: 'else if (own < 0 &&',
    replace: 'else if (true ||',
  },
  {
    name: 'a place of the queue is read before it is filled',
    find: 'if (entry !== 0)\n                return entry - 1;',
    replace: 'return entry - 1;',
  },
  {
    name: 'flags are not looked at',
    find: '!== 0)\n                return true;',
    replace: '> 1)\n                return true;',
  },
];

/** The kernel's class with an edit; `undefined`: as shipped. Throws RangeError where the edit does not fit exactly once. */
export async function loadKernel(mutation?: Mutation): Promise<KernelClass> {
  const folder = path.join(ROOT, 'runtime/dist/execute/parallel');
  const source = await readFile(path.join(folder, 'kernel.js'), 'utf8');
  const places = mutation === undefined ? 1 : source.split(mutation.find).length - 1;
  if (places !== 1) throw new RangeError(`${mutation?.name}: found ${places} times`);
  const edited = mutation === undefined ? source : source.replace(mutation.find, () => mutation.replace);
  const text = edited
    .replace(/\n\/\/# sourceMappingURL.*/, '')
    .replace("'./arena.js'", `'${pathToFileURL(path.join(folder, 'arena.js')).href}'`);
  const temporary = await mkdtemp(path.join(os.tmpdir(), 'weft-kernel-'));
  try {
    const file = path.join(temporary, 'kernel.mjs');
    await writeFile(file, text);
    return ((await import(pathToFileURL(file).href)) as { readonly Kernel: KernelClass }).Kernel;
  } finally {
    await rm(temporary, { recursive: true });
  }
}
