// The WebAssembly core suite through the instrumenter: scripts converted by wabt's wast2json, run in a child process per
// compiler mode, and compared file by file with the baseline of the bare engine.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Tally } from './run-script.js';

const run = promisify(execFile);

/** Compiler modes: they are flags of a process. */
export const MODES: Readonly<Record<string, readonly string[]>> = {
  default: [],
  'liftoff-only': ['--liftoff-only'],
  'no-liftoff': ['--no-liftoff'],
};

/** What one mode made of the suite. */
export interface ModeReport {
  readonly mode: string;
  readonly pass: number;
  readonly fail: number;
  readonly skip: number;
  /** Scripts whose counts differ from the baseline, and how. */
  readonly different: readonly string[];
  /** Scripts left out because a module uses a feature the instrumenter has no form for. */
  readonly excluded: readonly string[];
}

/** Whether wabt's converter is there. */
export async function hasConverter(): Promise<boolean> {
  return run('wast2json', ['--version']).then(
    () => true,
    () => false,
  );
}

/** Converts the scripts of a folder (and of its folder `local`) and runs them in each mode. */
export async function runSuite(
  folder: string,
  modes: readonly string[],
): Promise<{ reports: ModeReport[]; files: number; unconverted: string[] }> {
  const work = mkdtempSync(join(tmpdir(), 'wasm-spec-'));
  try {
    const { files, unconverted } = await convert(folder, work);
    const baseline = await readBaseline(folder, work);
    const reports: ModeReport[] = [];
    for (const mode of modes)
      reports.push(compare(mode, await tallies(work, 'metered', MODES[mode]!), baseline));
    return { reports, files, unconverted };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function convert(folder: string, work: string): Promise<{ files: number; unconverted: string[] }> {
  const scripts = [folder, join(folder, 'local')]
    .filter((path) => existsSync(path))
    .flatMap((path) => readdirSync(path).map((name) => join(path, name)))
    .filter((path) => path.endsWith('.wast'));
  const unconverted: string[] = [];
  for (const script of scripts) {
    const name = basename(script, '.wast');
    await run('wast2json', [script, '-o', join(work, `${name}.json`)]).catch(() => {
      rmSync(join(work, `${name}.json`), { force: true });
      unconverted.push(name);
    });
  }
  return { files: scripts.length - unconverted.length, unconverted };
}

type Counts = Pick<Tally, 'pass' | 'fail' | 'skip'>;

/** The recorded counts, or where a folder has none, those of the engine alone now. */
async function readBaseline(folder: string, work: string): Promise<Readonly<Record<string, Counts>>> {
  const path = join(folder, 'baseline-node20.json');
  if (!existsSync(path)) return tallies(work, 'bare', []);
  return (JSON.parse(readFileSync(path, 'utf8')) as { perFile: Record<string, Counts> }).perFile;
}

async function tallies(
  work: string,
  engine: 'bare' | 'metered',
  flags: readonly string[],
): Promise<Record<string, Tally>> {
  const child = fileURLToPath(new URL('./child.ts', import.meta.url));
  const { stdout } = await run(process.execPath, [...flags, '--import', 'tsx', child, work, engine], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout) as Record<string, Tally>;
}

function compare(
  mode: string,
  got: Readonly<Record<string, Tally>>,
  baseline: Readonly<Record<string, Counts>>,
): ModeReport {
  const report = { mode, pass: 0, fail: 0, skip: 0, different: [] as string[], excluded: [] as string[] };
  for (const name of new Set([...Object.keys(baseline), ...Object.keys(got)])) {
    const tally = got[name];
    const expected = baseline[name];
    if (tally?.unsupported !== undefined) {
      report.excluded.push(`${name}: ${tally.unsupported}`);
      continue;
    }
    report.pass += tally?.pass ?? 0;
    report.fail += tally?.fail ?? 0;
    report.skip += tally?.skip ?? 0;
    const same = (['pass', 'fail', 'skip'] as const).every((count) => tally?.[count] === expected?.[count]);
    if (!same) {
      const fails = tally?.fails.slice(0, 5).join('; ') ?? '';
      report.different.push(`${name}: expected ${text(expected)}, got ${text(tally)}; ${fails}`);
    }
  }
  return report;
}

function text(counts: Counts | undefined): string {
  return counts === undefined ? 'nothing' : `${counts.pass} pass, ${counts.fail} fail, ${counts.skip} skip`;
}
