// What the demo found, as data and as a table.

/** One workload on both executors. Times are executor wall time in milliseconds, signature checks apart. */
export interface WorkloadRow {
  readonly name: string;
  readonly transactions: number;
  readonly blocks: number;
  readonly gas: number;
  /** Sum over the blocks of the longest chain of conflicting transactions, by gas limit. */
  readonly criticalPathGas: number;
  /** Gas limits of all transactions over the critical path: how many threads could be busy at once. */
  readonly parallelism: number;
  readonly workers: number;
  readonly parallelMs: number;
  readonly sequentialMs: number;
  /** State root after the workload's last block, 0x hex: the node's, and the replay's. */
  readonly parallelRoot: string;
  readonly sequentialRoot: string;
  readonly rootsEqual: boolean;
}

export interface DemoReport {
  /** Transfers and events recorded. */
  readonly transfers: number;
  readonly events: number;
  /** Height reached; each was replayed. */
  readonly blocks: number;
  readonly sequentialMs: number;
  readonly parallelMs: number;
  readonly workers: number;
  readonly rootsEqual: boolean;
  readonly stateRoot: string;
  readonly workloads: readonly WorkloadRow[];
}

/** The report for people. */
export function formatReport(report: DemoReport): string {
  const rows = report.workloads.map((row) => [
    row.name,
    String(row.transactions),
    String(row.blocks),
    `${(row.criticalPathGas / 1e6).toFixed(1)}M gas`,
    `${row.parallelism.toFixed(1)}x`,
    String(row.workers),
    `${row.parallelMs.toFixed(0)} ms`,
    `${row.sequentialMs.toFixed(0)} ms`,
    `${row.parallelRoot.slice(0, 14)}…`,
    row.rootsEqual ? 'equal' : `DIFFERS: ${row.sequentialRoot.slice(0, 14)}…`,
  ]);
  const heads = [
    'workload',
    'transactions',
    'blocks',
    'critical path',
    'parallelism',
    'workers',
    'parallel',
    'sequential',
    'state root',
    'replay',
  ];
  const last = report.rootsEqual
    ? 'The independent replay reached the same state root'
    : 'THE REPLAY REACHED ANOTHER STATE ROOT';
  return [
    ...table([heads, ...rows]),
    '',
    `${last} at every one of ${report.blocks} blocks: ${report.stateRoot}`,
  ].join('\n');
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
