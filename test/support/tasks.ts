// The long-running tasks of one folder (`bench`, `fuzz`, `soak`) as one command line: each file `NAME.task.ts` exports
// `task`; `npm run bench -- NAME` runs it. Data on stdout, progress on stderr.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';

/** What a task found: named figures, and a row per case. */
export interface TaskReport {
  readonly rows: readonly Readonly<Record<string, string | number | boolean>>[];
  readonly [figure: string]: unknown;
}

/** One task. */
export interface Task {
  /** One line for `--help`. */
  readonly summary: string;
  /** Adds the task's own options. */
  configure?(command: Command): void;
  /** Resolves with the report; throws when what it checks does not hold. */
  run(options: Readonly<Record<string, unknown>>): Promise<TaskReport>;
}

const ENDING = '.task.ts';

/** Runs the task that the arguments name, or prints what there is. */
export async function runTasks(verb: string, folder: URL, args: readonly string[]): Promise<void> {
  const program = new Command(`npm run ${verb} --`).description(`Tasks of ${verb}`);
  const names = readdirSync(fileURLToPath(folder)).filter((name) => name.endsWith(ENDING));
  for (const name of names.map((file) => file.slice(0, -ENDING.length))) {
    const { task } = (await import(new URL(name + ENDING, folder).href)) as { readonly task: Task };
    const command = program
      .command(name)
      .description(task.summary)
      .option('--json', 'one JSON object on stdout');
    task.configure?.(command);
    command.action(async (options: Readonly<Record<string, unknown>>) => {
      const report = await task.run(options);
      process.stdout.write(options['json'] ? `${JSON.stringify(report)}\n` : reportText(report));
    });
  }
  await program.parseAsync([...args], { from: 'user' });
}

/** Rows as a table, figures as lines under it. */
export function reportText({ rows, ...figures }: TaskReport): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => line[at]!.length)));
  const lines = cells.map((line) =>
    line
      .map((cell, at) => cell.padEnd(widths[at]!))
      .join('  ')
      .trimEnd(),
  );
  const rest = Object.entries(figures).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `${[...lines, '', ...rest].join('\n')}\n`;
}
