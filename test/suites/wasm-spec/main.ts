// `npm run test:spec`: the core suite in every compiler mode against its baseline; `-- --suite DIR` for other scripts.
import { Command } from 'commander';
import { sharedData } from '../../support/shared-data.js';
import { hasConverter, MODES, runSuite } from './suite.js';

const program = new Command('npm run test:spec --')
  .option('--suite <dir>', 'folder of .wast scripts; without a baseline there, the bare engine is run beside')
  .option('--json', 'one JSON object on stdout')
  .parse();
const { suite, json } = program.opts<{ suite?: string; json?: boolean }>();
const folder = suite ?? sharedData('wasm-spec');
if (folder === undefined) throw program.error('no suite: give one with --suite DIR');
if (!(await hasConverter()))
  program.error('wast2json is missing: install the package wabt (apt-get install wabt)');

const { reports, files, unconverted } = await runSuite(folder, Object.keys(MODES));
if (json) process.stdout.write(`${JSON.stringify({ files, unconverted, modes: reports })}\n`);
else {
  console.info(
    `${files} scripts converted${unconverted.length > 0 ? `, not converted: ${unconverted.join()}` : ''}`,
  );
  for (const { mode, pass, fail, skip, different, excluded } of reports) {
    console.info(`${mode}: ${pass} pass, ${fail} fail, ${skip} skip; ${different.length} files differ`);
    for (const line of excluded) console.info(`  excluded ${line}`);
    for (const line of different) console.info(`  ${line}`);
  }
}
if (files === 0 || reports.some(({ different }) => different.length > 0)) process.exitCode = 1;
