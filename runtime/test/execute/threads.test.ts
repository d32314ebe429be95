import { WeftError } from '@weft/runtime/base/errors';
import { ExecuteError } from '@weft/runtime/execute/errors';
import { createCrew } from '@weft/runtime/execute/threads/crew';
import { expectDone, Lane } from '@weft/runtime/execute/threads/lane';
import { VmError } from '@weft/runtime/vm/errors';
import { expect, test } from 'vitest';

const FILE = new URL('./echo-worker.mjs', import.meta.url);
const noAnswer = () => ({ number: 0 });

/** Lanes that are closed however a test ends. */
async function withLane<T>(workers: number, use: (lane: Lane) => Promise<T>, silenceMs?: number): Promise<T> {
  const lane = new Lane(FILE, workers, silenceMs);
  try {
    return await use(lane);
  } finally {
    await lane.close();
  }
}

test('crew: every worker runs the job, its questions are answered and the event loop keeps turning', async () => {
  const crew = createCrew(FILE, 3);
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  for (let round = 0; round < 3; round++) {
    const end = await crew.run(1, 0, (worker, kind, request) => {
      return { number: kind, bytes: Uint8Array.of((request[0]! + worker) & 255) };
    });
    expect(end).toEqual({ kind: 'done' });
    const sums = [0, 1, 2].map((worker) => (crew.receive(worker) as { sum: number }).sum);
    const sumOf = (worker: number) =>
      Array.from({ length: 300 }, (_, index) => ((index & 255) + worker) & 255).reduce((a, b) => a + b);
    expect(sums).toEqual([0, 1, 2].map(sumOf));
  }
  clearInterval(timer);
  expect(turns).toBeGreaterThan(0);
  await crew.close();
  await crew.close();
});

test('crew: a job is run by as many workers as it is given to, and others join later', async () => {
  const crew = createCrew(FILE, 3);
  for (const width of [1, 3, 2]) {
    const asked = new Set<number>();
    const answer = (worker: number) => {
      asked.add(worker);
      return { number: 0, bytes: Uint8Array.of(1) };
    };
    expect(await crew.run(1, 0, answer, width)).toEqual({ kind: 'done' });
    expect([...asked].sort()).toEqual([0, 1, 2].slice(0, width));
  }
  await crew.close();
});

test('crew: what answering throws comes out of run, and the crew takes the next job', async () => {
  const crew = createCrew(FILE, 2);
  const failure = new ExecuteError('EXECUTE_STATE', { place: 'test' });
  const failing = () => {
    throw failure;
  };
  await expect(crew.run(1, 0, failing)).rejects.toBe(failure);
  expect(await crew.run(9, 0, noAnswer)).toEqual({ kind: 'done' });
  await crew.close();
});

test('crew: an arena too small is an end of its own', async () => {
  const crew = createCrew(FILE, 2);
  expect(await crew.run(5, 0, noAnswer)).toEqual({ kind: 'arena-full' });
  expect(await crew.run(9, 0, noAnswer)).toEqual({ kind: 'done' });
  await crew.close();
});

test('lane: a node fault is tried twice, then halts with a code', async () => {
  await withLane(1, async (lane) => {
    let tries = 0;
    const work = lane.run(async (crew) => {
      tries++;
      return expectDone(await crew.run(2, 0, noAnswer));
    });
    const error = (await work.catch((reason: unknown) => reason)) as ExecuteError;
    expect(error.code).toBe('EXECUTE_NODE_FAULT');
    expect(error.cause).toBeInstanceOf(WeftError);
    expect((error.cause as WeftError).code).toBe(new VmError('VM_NODE_FAULT').code);
    expect(tries).toBe(2);
  });
});

test('lane: an error without a code names the thread', async () => {
  await withLane(1, async (lane) => {
    const work = lane.run(async (crew) => expectDone(await crew.run(3, 0, noAnswer)));
    await expect(work).rejects.toMatchObject({ code: 'EXECUTE_THREAD' });
  });
});

test('lane: a lost thread means the work starts over, and too many are a code', async () => {
  await withLane(2, async (lane) => {
    let tries = 0;
    const once = await lane.run(async (crew) => {
      tries++;
      return expectDone(await crew.run(tries === 1 ? 4 : 9, 0, noAnswer));
    });
    expect([once, tries]).toEqual([true, 2]);
    const always = lane.run(async (crew) => expectDone(await crew.run(4, 0, noAnswer)));
    await expect(always).rejects.toMatchObject({ code: 'EXECUTE_WORKER_LOST' });
  });
});

test('lane: a thread that hangs is given up like a lost one; a slow one is not', async () => {
  await withLane(
    2,
    async (lane) => {
      let tries = 0;
      const once = await lane.run(async (crew) => {
        tries++;
        return expectDone(await crew.run(tries === 1 ? 6 : 9, 0, noAnswer));
      });
      expect([once, tries]).toEqual([true, 2]);
      expect(await lane.run(async (crew) => expectDone(await crew.run(7, 0, noAnswer)))).toBe(true);
      const always = lane.run(async (crew) => expectDone(await crew.run(6, 0, noAnswer)));
      await expect(always).rejects.toMatchObject({
        code: 'EXECUTE_WORKER_LOST',
        cause: { code: 'EXECUTE_SILENT' },
      });
    },
    1500,
  );
});

test('lane: one piece of work at a time, none after close', async () => {
  await withLane(1, async (lane) => {
    const first = lane.run(async (crew) => expectDone(await crew.run(9, 0, noAnswer)));
    await expect(lane.run(async () => true)).rejects.toMatchObject({ code: 'EXECUTE_BUSY' });
    expect(await first).toBe(true);
    await lane.close();
    await expect(lane.run(async () => true)).rejects.toMatchObject({ code: 'EXECUTE_CLOSED' });
  });
});
