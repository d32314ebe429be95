// `weft doctor`: what is wrong with a data folder, and what of it the records repair.
import { stat } from 'node:fs/promises';
import { storePath } from '@weft/runtime/node/data-folder';
import { type DoctorReport, examineDataFolder } from '@weft/runtime/node/doctor';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { CliError } from '../errors.js';
import { addCommand, shared } from '../options.js';
import { EXIT } from '../output.js';

interface DoctorOptions {
  readonly data: string;
  readonly repair?: boolean;
  readonly cut?: boolean;
}

export function addDoctor(program: Command): void {
  addCommand(program, 'doctor', ABOUT.doctor)
    .requiredOption('--data <folder>', 'data folder of a stopped node')
    .option('--repair', 'make head file, flat state and index again from the records (copy the folder first)')
    .option('--cut', 'with --repair: give up the blocks from the first damaged record on')
    .action(async ({ data, repair, cut }: DoctorOptions, command: Command) => {
      const { output } = shared(command);
      const path = storePath(data);
      if (!(await stat(path).catch(() => undefined))) throw new CliError('CLI_NO_CHAIN', { place: path });
      const report = await examineDataFolder(data, {
        repair: repair === true,
        cut: cut === true,
        onProgress: (line) => output.note(line),
      });
      output.result(report, textOf(report));
      if (!report.sound) process.exitCode = EXIT.failure;
    });
}

const REPAIRS = {
  head: 'repair: weft doctor --repair writes it anew from the records',
  database: 'repair: weft doctor --repair makes it again from the records',
  cut: 'repair: weft doctor --repair --cut gives up the blocks from here on',
  none: 'repair: none here; restore a backup or import a snapshot',
} as const;

function textOf({ height, findings, repairs, sound }: DoctorReport): string {
  const lines = findings.flatMap(({ message, repair }) => [message, `  ${REPAIRS[repair]}`]);
  for (const line of repairs) lines.push(`done: ${line}`);
  lines.push(
    sound ? `sound up to height ${height}` : `not sound; records are whole up to height ${height ?? 'none'}`,
  );
  return lines.join('\n');
}
