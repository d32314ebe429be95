// Processor time of the processes of a network, as Linux counts it: what a transaction costs says more on a machine with
// fewer cores than processes than how many a second there were.
import { readFile } from 'node:fs/promises';

/** Of the clock of `/proc/PID/stat`: USER_HZ, 100 on every Linux that Node runs on. */
const TICK_MS = 10;

/** A network's processes by what they run. */
export interface Processes {
  readonly comet: readonly number[];
  /** None where the application is part of CometBFT. */
  readonly runtime: readonly number[];
}

/** Milliseconds of processor time, all threads, user and system. */
export interface ProcessorTimes {
  readonly comet: number;
  readonly runtime: number;
  /** This process: the load itself. */
  readonly load: number;
}

/** Since each began. */
export async function processorTimes({ comet, runtime }: Processes): Promise<ProcessorTimes> {
  const sum = async (pids: readonly number[]) =>
    (await Promise.all(pids.map(processorMs))).reduce((total, one) => total + one, 0);
  return { comet: await sum(comet), runtime: await sum(runtime), load: await processorMs(process.pid) };
}

/** What passed between two readings. */
export function timesBetween(before: ProcessorTimes, after: ProcessorTimes): ProcessorTimes {
  return {
    comet: after.comet - before.comet,
    runtime: after.runtime - before.runtime,
    load: after.load - before.load,
  };
}

async function processorMs(pid: number): Promise<number> {
  // The name in brackets may hold anything; utime and stime are the 12th and 13th word after it (proc(5)).
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  const words = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(words[11]) + Number(words[12])) * TICK_MS;
}
