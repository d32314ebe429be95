// `weft balance`: what an account holds.
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { addCommand, shared, withNode } from '../options.js';
import { addressOf, connect } from '../session.js';

export function addBalance(program: Command): void {
  withNode(addCommand(program, 'balance <account>', ABOUT.balance))
    .addHelpText('after', '\nAn account is an address, a key by name, or a development account by number.')
    .action(async (account: string, _options: object, command: Command) => {
      const { output, network } = shared(command);
      const { node } = await connect(await network());
      const address = await addressOf(account);
      const balance = await node.balance(address);
      output.result({ address, balance }, String(balance));
    });
}
