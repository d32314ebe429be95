// What signatures cost by themselves: threads that do nothing but libsodium's check, over copies of their own.
import { Worker } from 'node:worker_threads';
import type { SoleSignature } from '@weft/runtime/types/transaction-codec';

/** Reads its part once, then for each turn checks all of it. Text, so that no loader stands between. */
const SOURCE = `
const { parentPort, workerData } = require('node:worker_threads');
const sodium = require(workerData.sodium);
const { items, control, index } = workerData;
let turn = 0;
for (;;) {
  Atomics.wait(control, 0, turn);
  const now = Atomics.load(control, 0);
  if (now < 0) break;
  turn = now;
  for (const { signature, message, key } of items) {
    if (!sodium.crypto_sign_verify_detached(signature, message, key)) throw new Error('a signature does not hold');
  }
  Atomics.add(control, 1, 1);
  Atomics.notify(control, 1);
}
`;

/** Threads over these items, each with every n-th. */
export class BareSodium {
  readonly #control = new Int32Array(new SharedArrayBuffer(8));
  readonly #threads: Worker[];

  constructor(items: readonly SoleSignature[], threads: number) {
    this.#threads = Array.from({ length: threads }, (_, index) => {
      const own = items.filter((_item, at) => at % threads === index);
      const sodium = import.meta.resolve('sodium-native').replace('file://', '');
      return new Worker(SOURCE, {
        eval: true,
        execArgv: [],
        workerData: { sodium, items: own, control: this.#control, index },
      });
    });
  }

  /** Milliseconds until all have checked all of theirs. */
  async run(): Promise<number> {
    const control = this.#control;
    const before = Atomics.load(control, 1);
    const started = performance.now();
    Atomics.add(control, 0, 1);
    Atomics.notify(control, 0);
    for (let done = before; done < before + this.#threads.length; done = Atomics.load(control, 1)) {
      const wait = (Atomics as unknown as { waitAsync: AsyncWait }).waitAsync(control, 1, done);
      if (wait.async) await wait.value;
    }
    return performance.now() - started;
  }

  async close(): Promise<void> {
    Atomics.store(this.#control, 0, -1);
    Atomics.notify(this.#control, 0);
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }
}

type AsyncWait = (
  words: Int32Array,
  index: number,
  value: number,
) => { async: true; value: Promise<string> } | { async: false };
