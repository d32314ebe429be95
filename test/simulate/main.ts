// `npm run simulate -- --workers 1..128`: the simulator as a command.
import { Command } from 'commander';
import { reportText } from '../support/tasks.js';
import { parseWorkers, simulate } from './simulate.js';
import { STAGE_NAMES, type StageName } from './stages.js';

const program = new Command('npm run simulate --')
  .description(
    'replays recorded plans on as many workers as asked, with stage costs measured in the same run',
  )
  .option('--workers <counts>', 'a range, or counts: 1..128, or 1,2,8', '1..128')
  .option('--blocks <count>', 'blocks of each case, half of them to learn costs from', '32')
  .option('--size <count>', 'transfers a block', '2000')
  .option('--accounts <count>', 'accounts', '1000')
  .option('--spread <stages>', `what if these were shared out too: ${STAGE_NAMES.join(', ')}`, '')
  .option('--json', 'one JSON object on stdout')
  .parse();

const options = program.opts<
  Record<'workers' | 'blocks' | 'size' | 'accounts' | 'spread', string> & { json?: true }
>();
const spread = options.spread.split(',').filter((name) => name !== '') as StageName[];
const unknown = spread.find((name) => !STAGE_NAMES.includes(name));
if (unknown !== undefined) program.error(`no stage is called ${unknown}`);
const report = await simulate({
  workers: parseWorkers(options.workers),
  accounts: Number(options.accounts),
  blocks: Number(options.blocks),
  size: Number(options.size),
  spread: new Set(spread),
});
process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : reportText(report));
if (report['agrees'] !== true) {
  process.stderr.write('model and measurement differ by more than the tolerance: see checks\n');
  process.exitCode = 1;
}
