// What the main thread keeps for a crew: the arena its threads have, and which modules each of them was sent. Gone
// with the crew.
import { bytesText } from '../../base/bytes.js';
import { CODE_WEIGHT_MAX, codeWeight } from '../code-shelf.js';
import type { CodeOnChain } from '../code-store.js';
import { ExecuteError } from '../errors.js';
import type { AnswerRequest, Crew, JobEnd } from '../threads/crew.js';
import { CODE_ANSWER } from '../threads/requests.js';
import { ARENA_BYTES_MAX } from './arena.js';
import type { ArenaMessage } from './worker.js';

/** Arenas grow in steps of this, so that few are ever handed over. */
const ARENA_STEP = 8 * 1024 * 1024;

/** One crew's arena and modules. */
export class CrewMemory {
  /** The number workers know the arena by; 0: none yet. */
  arena = 0;
  #memory = new SharedArrayBuffer(0);
  /** Of each worker: the arena it has, the codes it holds and what they weigh together. */
  readonly #sent: { arena: number; readonly names: Set<string>; weight: number }[];

  constructor(private readonly crew: Crew) {
    this.#sent = Array.from({ length: crew.workers }, () => ({ arena: 0, names: new Set(), weight: 0 }));
  }

  /** Has the first `width` workers run a job in the memory last asked for. */
  run(job: number, answer: AnswerRequest, width: number): Promise<JobEnd> {
    const message: ArenaMessage = { arena: this.arena, memory: this.#memory };
    for (let worker = 0; worker < width; worker++) {
      const sent = this.#sent[worker]!;
      if (sent.arena === this.arena) continue;
      sent.arena = this.arena;
      this.crew.post(worker, message);
    }
    return this.crew.run(job, this.arena, answer, width);
  }

  /** Shared memory of at least `bytes`: as before, or a larger one. @throws EXECUTE_ARENA_LIMIT */
  memoryFor(bytes: number): SharedArrayBuffer {
    if (bytes > ARENA_BYTES_MAX) {
      throw new ExecuteError('EXECUTE_ARENA_LIMIT', { expected: ARENA_BYTES_MAX, got: bytes, unit: 'bytes' });
    }
    if (bytes <= this.#memory.byteLength) return this.#memory;
    const size = Math.min(ARENA_BYTES_MAX, Math.ceil((1.25 * bytes) / ARENA_STEP) * ARENA_STEP);
    this.#memory = new SharedArrayBuffer(size);
    this.arena++;
    return this.#memory;
  }

  /** Answers a worker that needs code: posts the module the first time. Compiling it takes milliseconds. */
  sendCode(worker: number, codes: CodeOnChain, codeHash: Uint8Array): number {
    const record = codes.record(codeHash);
    if (record === undefined) return CODE_ANSWER.absent;
    const sent = this.#sent[worker]!;
    const text = bytesText(codeHash);
    if (sent.names.has(text)) return CODE_ANSWER.known;
    const weight = codeWeight(record.size);
    const clears = sent.weight + weight > CODE_WEIGHT_MAX;
    if (clears) {
      sent.names.clear();
      sent.weight = 0;
    }
    // Compiled before it counts as sent: compiling may fail.
    const code = codes.code(codeHash);
    sent.names.add(text);
    sent.weight += weight;
    this.crew.post(worker, code);
    return clears ? CODE_ANSWER.cleared : CODE_ANSWER.posted;
  }
}
