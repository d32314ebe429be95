// `weft node --home`: a node of a network, with CometBFT beside it, until either of them ends.
import { fileURLToPath } from 'node:url';
import type { LogOptions } from '@weft/runtime/node/log';
import { nodeCommand } from '@weft/runtime/node/network/command';
import { CliError } from './errors.js';
import { interrupted } from './interrupt.js';
import { EXIT, type Output } from './output.js';

export interface NetworkNodeOptions {
  readonly home: string;
  /** CometBFT RPCs of running nodes, with commas between. */
  readonly join?: string;
  readonly host: string;
  readonly trust?: string;
}

/** The command that runs this `weft` as a network's node. */
export function weftCommand(): readonly string[] {
  return nodeCommand(fileURLToPath(new URL('../bin/weft.js', import.meta.url)));
}

/** Runs the node of a home, which it makes first where it joins. Ends with its exit code set. */
export async function runNetworkNode(
  options: NetworkNodeOptions,
  output: Output,
  log: LogOptions | undefined,
): Promise<void> {
  if (options.join !== undefined) await join(options.home, { ...options, join: options.join }, output);
  let halt: (error: unknown) => void = () => undefined;
  const halted = new Promise<unknown>((resolve) => {
    halt = resolve;
  });
  const { createNetworkNode } = await import('@weft/runtime/node/network/network-node');
  const node = await createNetworkNode(options.home, {
    ...(log === undefined ? {} : { log }),
    onFault: (error, place) => {
      output.note(`fault in ${place}: ${error instanceof Error ? error.message : String(error)}`);
      if (place === 'engine') halt(error);
    },
    onRefusal: (code, height) => output.note(`refused a proposal for height ${height}: ${code}`),
  });
  await node.start();
  output.result({ url: node.url, home: options.home }, `Weft node of ${options.home} at ${node.url}`);
  const failure = await Promise.race([interrupted(), halted]);
  // Whoever watches this process starts it again, and with it both sides.
  await node.stop().catch((error: unknown) => output.failure(error));
  if (failure !== undefined) output.failure(failure);
  process.exitCode = failure === undefined ? EXIT.interrupted : EXIT.failure;
}

async function join(
  home: string,
  options: NetworkNodeOptions & { join: string },
  output: Output,
): Promise<void> {
  const trust = options.trust === undefined ? undefined : parseTrust(options.trust);
  const from = options.join.split(',');
  const { joinNetwork } = await import('@weft/runtime/node/network/join');
  const joined = await joinNetwork(home, {
    from,
    host: options.host,
    command: weftCommand(),
    ...(trust && { trust }),
  });
  output.note(
    joined.stateSync
      ? `joins by state sync, which takes a snapshot from ${from.join(' and ')}`
      : 'joins by replaying all blocks: nobody offers a snapshot yet',
  );
}

/** `HEIGHT:HASH` of a block. @throws CLI_USAGE */
export function parseTrust(text: string): { readonly height: number; readonly hash: string } {
  const [, height, hash] = /^(\d{1,15}):(?:0x)?([0-9a-fA-F]{64})$/.exec(text) ?? [];
  if (hash === undefined)
    throw new CliError('CLI_USAGE', { expected: 'HEIGHT:HASH of a block', got: text, place: '--trust' });
  return { height: Number(height), hash: hash.toUpperCase() };
}
