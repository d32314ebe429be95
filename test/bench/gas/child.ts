// The process that calibrates: run with Liftoff alone, writes rows to stdout as JSON.
import { callProbes, codeProbes, planProbes, transactionProbe } from './calls.js';
import { hostProbes } from './host.js';
import { instructionProbes } from './instructions.js';
import { measureProbe } from './probe.js';
import { systemProbes } from './system.js';

const runs = Number(process.argv[2] ?? 9);
const probes = [
  ...instructionProbes(),
  ...hostProbes(),
  ...callProbes(),
  transactionProbe(),
  ...(await codeProbes()),
  ...systemProbes(),
  ...(await planProbes()),
];
const rows = probes.map((probe) => measureProbe(probe, runs));
process.stdout.write(JSON.stringify(rows));
