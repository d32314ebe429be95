// Preloaded into every thread of a fuzzing process: in workers, atomic operations now and then wait a random while, so
// that transactions start, finish and merge in orders that an idle machine never shows. Results must not notice.
import { isMainThread, threadId } from 'node:worker_threads';

const OPERATIONS = ['add', 'sub', 'load', 'store', 'exchange', 'compareExchange', 'or', 'notify'];
/** One operation in this many waits; one wait in `LONG` is long. */
const EVERY = 97;
const LONG = 16;

if (!isMainThread) {
  const bed = new Int32Array(new SharedArrayBuffer(4));
  const { wait } = Atomics;
  let random = (Number(process.env.WEFT_DISTURB_SEED ?? 1) * 2_654_435_761 + threadId * 40_503) >>> 0 || 1;
  const next = () => {
    random ^= random << 13;
    random ^= random >>> 17;
    random ^= random << 5;
    random >>>= 0;
    return random;
  };
  for (const name of OPERATIONS) {
    const plain = Atomics[name];
    Atomics[name] = (...operands) => {
      if (next() % EVERY === 0) wait(bed, 0, 0, next() % LONG === 0 ? 1 : 0.02);
      return plain(...operands);
    };
  }
}
