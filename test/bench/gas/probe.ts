// One thing with a price, ready to be timed: `run` does it some times and says what it was charged.
import { rounded, spreadOf } from '../../support/measure.js';

/** A row of the calibration before it is measured. */
export interface Probe {
  /** A part of the schedule: instruction, host, call, access, plan, transaction, system. */
  readonly kind: string;
  readonly name: string;
  /** Brings what is needed into place, untimed, before every run. */
  readonly prepare?: () => void;
  /** Does the work; returns the gas it was charged. */
  readonly run: () => number;
}

/** A measured row. */
export interface ProbeRow {
  readonly kind: string;
  readonly name: string;
  /** ns, median of the runs. */
  readonly nsPerGas: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

/** JavaScript is warm as in a node that has run for a while; compiled contracts stay as Liftoff made them. */
const WARM_MS = 400;
const WARM_RUNS = 3;
/** Larger than the last cache of most machines: walked before each run, so that every run begins cold. */
const EVICTION = new Uint8Array(48 * 1024 * 1024);

/** Times a probe. */
export function measureProbe(probe: Probe, runs: number): ProbeRow {
  const perGas: number[] = [];
  const warmUntil = performance.now() + WARM_MS;
  for (let round = 0; round < WARM_RUNS || performance.now() < warmUntil; round++) {
    probe.prepare?.();
    probe.run();
  }
  for (let round = 0; round < runs; round++) {
    probe.prepare?.();
    evictCaches();
    // Of this process's processors, so that what else runs on the machine counts as little as can be.
    const started = process.cpuUsage();
    const gas = probe.run();
    const { user, system } = process.cpuUsage(started);
    perGas.push(((user + system) * 1000) / gas);
  }
  const { median, minimum, maximum } = spreadOf(perGas);
  const { kind, name } = probe;
  return { kind, name, nsPerGas: rounded(median), min: rounded(minimum), max: rounded(maximum), runs };
}

function evictCaches(): void {
  for (let at = 0; at < EVICTION.length; at += 64) EVICTION[at] = (EVICTION[at]! + 1) & 255;
}
