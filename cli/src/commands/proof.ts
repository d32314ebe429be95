// `weft proof`: what a state key holds, as a file that anybody checks offline against a state root they trust.
import { readFile } from 'node:fs/promises';
import { fromHex, toHex } from '@weft/runtime/base/bytes';
import { asStateKey } from '@weft/runtime/types/key';
import { parseProofFile, proofFileJson, verifyProofFile } from '@weft/sdk/client/proof';
import type { Command } from 'commander';
import { CliError } from '../errors.js';
import { addCommand, parseIndex, shared, withNode } from '../options.js';
import { connect } from '../session.js';

export function addProof(program: Command): void {
  const proof = program
    .command('proof')
    .description('prove what a state key holds, check such a proof offline')
    .exitOverride();
  withNode(addCommand(proof, 'get <key>', 'ask a node for the proof of a state key (hex), for a file'))
    .option('--height <height>', 'a recent block (default: the newest)', parseIndex)
    .action(async (text: string, { height }: { height?: number }, command: Command) => {
      const { output, rpcUrl } = shared(command);
      const key = parseKey(text);
      const { node } = await connect(rpcUrl);
      const file = await node.proof(key, height);
      // A node that contradicts itself is found here and not by whoever gets the file.
      verifyProofFile(file, { root: file.stateRoot, headerHash: file.header?.hash });
      const json = proofFileJson(file);
      output.note(`height ${file.height}, state root 0x${toHex(file.stateRoot)}: as this node says`);
      output.result(json, JSON.stringify(json, null, 2));
    });
  addCommand(proof, 'verify <file>', 'check a proof file offline and say what the key holds')
    .requiredOption('--root <hash>', 'state root (0x…) you trust', parseHash)
    .option('--header-hash <hash>', 'header hash (0x…) the root must stand under', parseHash)
    .action(async (path: string, options: VerifyOptions, command: Command) => {
      const { output } = shared(command);
      const { root, headerHash } = options;
      const file = parseProofFile(await read(path));
      const { key } = file;
      const value = verifyProofFile(file, { root, headerHash });
      output.result(
        {
          key,
          stateRoot: root,
          headerHash: headerHash ?? null,
          present: value !== undefined,
          value: value ?? null,
        },
        [
          `key 0x${toHex(key)}`,
          value === undefined ? 'holds nothing' : `holds 0x${toHex(value)}`,
          `under state root 0x${toHex(root)}`,
          ...(headerHash === undefined ? [] : [`of header 0x${toHex(headerHash)}`]),
        ].join('\n'),
      );
    });
}

interface VerifyOptions {
  readonly root: Uint8Array;
  readonly headerHash?: Uint8Array;
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CliError('CLI_FILE', { place: path }, error);
  }
}

function parseKey(text: string): Uint8Array {
  try {
    return asStateKey(fromHex(text.replace(/^0x/, '')));
  } catch (error) {
    throw new CliError('CLI_USAGE', { expected: 'a state key in hexadecimal', got: text }, error);
  }
}

function parseHash(text: string): Uint8Array {
  if (/^(0x)?[0-9a-f]{64}$/.test(text)) return fromHex(text.replace(/^0x/, ''));
  throw new CliError('CLI_USAGE', { expected: '0x and 64 hexadecimal digits', got: text });
}
