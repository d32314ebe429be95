// `weft demo`: the main job. A local chain, both ready contracts, two workloads in parallel, an independent replay.
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { formatReport } from '../demo/report.js';
import { CliError } from '../errors.js';
import { interrupted } from '../interrupt.js';
import { addCommand, parseIndex, shared } from '../options.js';
import { EXIT } from '../output.js';

interface DemoOptions {
  readonly epcis?: readonly string[];
  readonly exit?: boolean;
  readonly workers?: number;
  readonly transfers: number;
  readonly accounts: number;
  readonly blockSize: number;
  readonly port: number;
}

export function addDemo(program: Command): void {
  addCommand(program, 'demo', ABOUT.demo)
    .option('--epcis <files...>', 'EPCIS 2.0 JSON documents to record (default: the sample set)')
    .option('--transfers <count>', 'token transfers', parseIndex, 10_000)
    .option('--accounts <count>', 'accounts they are among', parseIndex, 2_000)
    .option('--block-size <count>', 'transactions a block', parseIndex, 1_000)
    .option('--workers <count>', 'threads that run contracts (default: one a core)', parseIndex)
    .option('--port <port>', 'port of the JSON-RPC server (default: any free one)', parseIndex, 0)
    .option('--exit', 'end after the report instead of serving the chain')
    .action(async (options: DemoOptions, command: Command) => {
      const { output } = shared(command);
      for (const name of ['transfers', 'accounts', 'blockSize'] as const) {
        if (options[name] < 2)
          throw new CliError('CLI_USAGE', { expected: 'at least 2', got: options[name], place: name });
      }
      const { runDemo } = await import('../demo/run-demo.js');
      const demo = await runDemo({ ...options, epcis: options.epcis ?? [] }, output);
      try {
        output.result(demo.report, formatReport(demo.report));
        if (!demo.report.rootsEqual) throw new CliError('CLI_ROOTS_DIFFER', { place: demo.folder });
        if (options.exit) return;
        output.note(`\nThe chain is up at ${demo.url}. Ctrl-C ends it and removes ${demo.folder}.`);
        await interrupted();
        process.exitCode = EXIT.interrupted;
      } finally {
        await demo.stop();
      }
    });
}
