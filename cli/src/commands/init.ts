// `weft init`: a new project that builds and tests as it stands.
import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { CliError } from '../errors.js';
import { addCommand, shared } from '../options.js';
import type { Output } from '../output.js';
import { working } from '../progress.js';
import { installPackages, packPackages } from '../scaffold/pack.js';
import { TEMPLATE_NAMES, type Template, writeManifest, writeProject } from '../scaffold/write-project.js';

interface InitOptions {
  readonly template: string;
  readonly install: boolean;
}

export function addInit(program: Command): void {
  addCommand(program, 'init <folder>', ABOUT.init)
    .option('--template <name>', TEMPLATE_NAMES.join(' | '), 'escrow')
    .option('--no-install', 'write the files only')
    .action(async (given: string, options: InitOptions, command: Command) => {
      const { output } = shared(command);
      const template = TEMPLATE_NAMES.find((name) => name === options.template);
      if (template === undefined)
        throw new CliError('CLI_USAGE', {
          expected: TEMPLATE_NAMES,
          got: options.template,
          place: '--template',
        });
      const folder = resolve(given);
      await createProject(folder, template, options.install, output);
      const shown = relative('.', folder) || '.';
      output.result(
        { folder, template, installed: options.install },
        [
          `${shown} is ready:`,
          '',
          `  cd ${shown}`,
          ...(options.install ? [] : ['  npm install']),
          '  npm test',
        ].join('\n'),
      );
    });
}

async function createProject(
  folder: string,
  template: Template,
  install: boolean,
  output: Output,
): Promise<void> {
  await writeProject(folder, template);
  const packed = await working(output, 'packing Weft into vendor/', packPackages(folder));
  await writeManifest(folder, template, packed);
  if (install) await working(output, 'installing', installPackages(folder));
}
