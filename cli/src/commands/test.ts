// `weft test`: builds the project's contracts and runs its tests; gas figures and covered lines on request.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { cwd } from 'node:process';
import type { CoverPoint } from '@weft/sdk/compiler/cover';
import { gasLines, gasTable } from '@weft/sdk/testing/reports';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { ARTIFACTS } from '../artifact.js';
import { CliError } from '../errors.js';
import { addCommand, shared } from '../options.js';
import type { Output } from '../output.js';
import { contractFolders } from '../testing/contract-folders.js';
import { coverageLines, coverageTable } from '../testing/coverage-report.js';
import { checkGasSnapshot, GAS_SNAPSHOT, writeGasSnapshot } from '../testing/gas-snapshot.js';
import { readReports } from '../testing/report-files.js';
import { runVitest } from '../testing/run-vitest.js';

interface TestOptions {
  readonly gas?: boolean;
  readonly check?: boolean;
  readonly coverage?: boolean;
}

export function addTest(program: Command): void {
  addCommand(program, 'test [filters...]', ABOUT.test)
    .option('--gas', `gas by method, into ${GAS_SNAPSHOT}`)
    .option('--check', `with --gas: fail when it differs from ${GAS_SNAPSHOT} instead of writing it`)
    .option('--coverage', 'which lines of the contracts the tests run')
    .action(async (filters: string[], options: TestOptions, command: Command) => {
      const { output } = shared(command);
      if (options.check && !options.gas)
        throw new CliError('CLI_USAGE', { expected: '--gas', got: '--check alone' });
      if (options.coverage && options.gas)
        throw new CliError('CLI_USAGE', { expected: 'one of --gas and --coverage: counting costs gas' });
      const work = await mkdtemp(join(tmpdir(), 'weft-test-'));
      try {
        if (options.coverage) await coverProject(cwd(), work, filters, output);
        else await testProject(cwd(), work, filters, options, output);
      } finally {
        await rm(work, { recursive: true });
      }
    });
}

async function testProject(
  folder: string,
  reports: string,
  filters: readonly string[],
  options: TestOptions,
  output: Output,
): Promise<void> {
  await buildAll(folder, output);
  await runTests(folder, filters, { WEFT_TEST_REPORTS: reports });
  const { gas } = await readReports(reports);
  const lines = gasLines(gas);
  if (!options.gas) {
    output.result({ passed: true }, 'all tests passed');
    return;
  }
  if (options.check) await checkGasSnapshot(folder, lines);
  else await writeGasSnapshot(folder, lines);
  const done = options.check ? `as in ${GAS_SNAPSHOT}` : `written to ${GAS_SNAPSHOT}`;
  output.result({ passed: true, gas: lines }, `${gasTable(lines)}\n${done}`);
}

/** Ordinary builds for the types, coverage builds for the chain. */
async function coverProject(
  folder: string,
  work: string,
  filters: readonly string[],
  output: Output,
): Promise<void> {
  await buildAll(folder, output);
  const [builds, reports] = [join(work, 'builds'), join(work, 'reports')];
  await mkdir(reports);
  const { compileContract } = await import('@weft/sdk/compiler/compile');
  const points: Record<string, readonly CoverPoint[]> = {};
  for (const entry of await contractFolders(folder)) {
    let counted: readonly CoverPoint[] = [];
    const coverage = (all: readonly CoverPoint[]) => {
      counted = all;
    };
    const { name } = await compileContract({ entry, outDir: builds, coverage });
    points[name] = counted;
  }
  await runTests(folder, filters, { WEFT_TEST_REPORTS: reports, WEFT_COVERAGE_ARTIFACTS: builds });
  const { covered } = await readReports(reports);
  const lines = coverageLines(points, covered);
  output.result({ passed: true, coverage: lines }, coverageTable(lines));
}

/** @throws CLI_TESTS_FAILED */
async function runTests(
  folder: string,
  filters: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const code = await runVitest(folder, filters, environment);
  if (code !== 0) throw new CliError('CLI_TESTS_FAILED', { got: code, unit: 'exit code', place: 'vitest' });
}

async function buildAll(folder: string, output: Output): Promise<void> {
  const { compileContract } = await import('@weft/sdk/compiler/compile');
  for (const path of await contractFolders(folder)) {
    output.note(`compiling ${relative(folder, path)}`);
    await compileContract({ entry: path, outDir: join(path, ARTIFACTS) });
  }
}
