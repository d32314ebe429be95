// `weft networks`: the chains this folder knows.
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { listNetworks, networkNamed, rpcToken } from '../network.js';
import { addCommand, shared } from '../options.js';
import { connect } from '../session.js';

export function addNetworks(program: Command): void {
  addCommand(program, 'networks [name]', ABOUT.networks)
    .option('--config <file>', 'in place of weft.config.ts')
    .action(async (name: string | undefined, { config }: { config?: string }, command: Command) => {
      const { output } = shared(command);
      const { networks, chosen } = await listNetworks(config);
      if (name !== undefined) {
        const { status } = await connect({ token: rpcToken(), ...networkNamed(networks, name) });
        const { chainName, height, genesisHash, dev } = status;
        const kind = dev ? 'development chain' : 'chain';
        return output.result(status, `${kind} ${chainName}, height ${height}\ngenesis hash ${genesisHash}`);
      }
      const list = Object.entries(networks).map(([known, { token: _secret, ...network }]) => ({
        name: known,
        ...network,
        used: known === chosen,
      }));
      const width = Math.max(...list.map((one) => one.name.length));
      output.result(
        list,
        list.map((one) => `${one.used ? '*' : ' '} ${one.name.padEnd(width)}  ${one.url}`).join('\n'),
      );
    });
}
