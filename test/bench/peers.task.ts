// Other runtimes on the same token transfers, in one run on this machine. Ratios are of each as it comes, ours on two
// workers; single-threaded rows stand beside. Execution only: what a transfer costs without its signature; signed: with it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { rounded, spreadOf } from '../support/measure.js';
import type { Task, TaskReport } from '../support/tasks.js';
import { installPeer, PEERS, runPeer } from './peers/install.js';
import { measureOurs } from './peers/ours.js';
import { type PeerRow, WARM_BATCHES } from './peers/rows.js';
import { peerWorkload } from './peers/workload.js';

type Row = TaskReport['rows'][number];

/** The batches that count. */
function countedOf({ us }: PeerRow): readonly number[] {
  return us.slice(WARM_BATCHES);
}

function medianUs(row: PeerRow): number {
  return spreadOf(countedOf(row)).median;
}

function rowsOf(name: string, version: string, rows: readonly PeerRow[]): Row[] {
  return rows.map((row) => {
    const { median, minimum, maximum, runs } = spreadOf(countedOf(row));
    return {
      runtime: `${name} ${version}`.trim(),
      row: row.row,
      signed: row.signed,
      ratio: row.asItComes,
      usPerTransfer: rounded(median),
      fastest: rounded(minimum),
      slowest: rounded(maximum),
      transfersPerSecond: Math.round(1e6 / median),
      batches: runs,
    };
  });
}

/** Transactions a second, ours over theirs; null where one of the two has no such row. */
export function ratioOf(
  ours: readonly PeerRow[],
  theirs: readonly PeerRow[],
  signed: boolean,
): number | null {
  const pick = (rows: readonly PeerRow[]) => rows.find((row) => row.asItComes && row.signed === signed);
  const [own, other] = [pick(ours), pick(theirs)];
  return own === undefined || other === undefined ? null : rounded(medianUs(other) / medianUs(own));
}

/** The least of some ratios; null where there are none. */
function least(ratios: readonly (number | null)[]): number | null {
  const known = ratios.filter((ratio) => ratio !== null);
  return known.length === 0 ? null : Math.min(...known);
}

export const task: Task = {
  summary: 'the same token transfers on other runtimes and on ours, in one run',
  configure(command) {
    command.option('--accounts <count>', 'accounts the transfers are among', '100');
    command.option('--batches <count>', `batches that count, after ${WARM_BATCHES} that warm up`, '5');
    command.option('--size <count>', 'transfers a batch', '2000');
    command.option('--only <name>', 'one peer alone');
  },
  async run(options) {
    const number = (name: string) => Number(options[name]);
    const workload = await peerWorkload(number('accounts'), WARM_BATCHES + number('batches'), number('size'));
    const folder = await mkdtemp(join(tmpdir(), 'weft-peers-'));
    const rows: Row[] = [];
    const skipped: { readonly name: string; readonly why: string }[] = [];
    const peers: Record<string, { executionRatio: number | null; signedRatio: number | null }> = {};
    try {
      const file = join(folder, 'workload.json');
      await writeFile(file, JSON.stringify(workload));
      // Ours before and after the others, so that a drift of the machine shows; the ratios are of both.
      const before = await measureOurs(workload);
      const answers: { readonly name: string; readonly rows: readonly PeerRow[] }[] = [];
      for (const peer of PEERS) {
        if (options['only'] !== undefined && options['only'] !== peer.name) continue;
        try {
          process.stderr.write(`${peer.name}: installing\n`);
          const home = await installPeer(peer, folder);
          process.stderr.write(`${peer.name}: running\n`);
          const answer = await runPeer(peer, home, file);
          answers.push({ name: peer.name, rows: answer.rows });
          rows.push(...rowsOf(peer.name, answer.version, answer.rows));
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          process.stderr.write(`${peer.name}: skipped, ${why}\n`);
          skipped.push({ name: peer.name, why });
        }
      }
      const after = await measureOurs(workload);
      const ours = before.map((row, index) => ({
        ...row,
        us: [...row.us, ...(after[index] === undefined ? [] : countedOf(after[index]))],
      }));
      rows.unshift(...rowsOf('weft', '', ours));
      for (const { name, rows: theirs } of answers) {
        peers[name] = {
          executionRatio: ratioOf(ours, theirs, false),
          signedRatio: ratioOf(ours, theirs, true),
        };
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    const ratios = Object.values(peers);
    return {
      rows,
      peers,
      leastExecutionRatio: least(ratios.map(({ executionRatio }) => executionRatio)),
      leastSignedRatio: least(ratios.map(({ signedRatio }) => signedRatio)),
      skipped,
      workload: `${workload.batches[0]?.length} transfers a batch among ${workload.accounts} accounts, uniform`,
      load: loadavg().map(rounded),
    };
  },
};
