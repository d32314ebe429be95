// `weft proof`: what a state key holds, as a file that anybody checks offline against a state root they trust.
import { readFile } from 'node:fs/promises';
import { fromHex, toHex } from '@weft/runtime/base/bytes';
import { proveStored } from '@weft/runtime/chain/prove-stored';
import { storePath } from '@weft/runtime/node/data-folder';
import { HEADER_FIELDS } from '@weft/runtime/types/header-codec';
import { asStateKey } from '@weft/runtime/types/key';
import {
  type BlockPart,
  type BlockProofFile,
  blockProofJson,
  type ProofFile,
  parseBlockProof,
  parseProofFile,
  proofFileJson,
  verifyBlockProof,
  verifyProofFile,
} from '@weft/sdk/client/proof';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { openDataFolder } from '../data-folder.js';
import { CliError } from '../errors.js';
import { addCommand, addGroup, parseIndex, shared, withNode } from '../options.js';
import type { Output } from '../output.js';
import { connect } from '../session.js';

export function addProof(program: Command): void {
  const proof = addGroup(program, 'proof', ABOUT.proof);
  withNode(addCommand(proof, 'get <key>', 'ask a node for the proof of a state key (hex), for a file'))
    .option('--height <height>', 'a recent block, with --data any kept one (default: the newest)', parseIndex)
    .option('--data <folder>', 'instead of a node: the data folder of a stopped one')
    .action(async (text: string, { height, data }: GetOptions, command: Command) => {
      const { output, network } = shared(command);
      const key = parseKey(text);
      const file =
        data === undefined
          ? await (await connect(await network())).node.proof(key, height)
          : await storedProof(data, key, height);
      // A node that contradicts itself is found here and not by whoever gets the file.
      verifyProofFile(file, { root: file.stateRoot, headerHash: file.header?.hash });
      const json = proofFileJson(file);
      output.note(`height ${file.height}, state root 0x${toHex(file.stateRoot)}: as this node says`);
      output.result(json, JSON.stringify(json, null, 2));
    });
  addBlockProofs(proof);
  addCommand(proof, 'verify <file>', 'check a proof file offline and say what it proves')
    .option('--root <hash>', 'state root (0x…) you trust', parseHash)
    .option('--header-hash <hash>', 'header hash (0x…) the root must stand under', parseHash)
    .action(async (path: string, options: VerifyOptions, command: Command) => {
      const { output } = shared(command);
      const { root, headerHash } = options;
      const text = await read(path);
      if (isBlockProof(text)) {
        if (headerHash === undefined) throw missing('--header-hash');
        reportBlockProof(output, parseBlockProof(text), headerHash);
        return;
      }
      if (root === undefined) throw missing('--root');
      const file = parseProofFile(text);
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

/** Items of a block and fields of its header, which stand under the header hash alone. */
function addBlockProofs(proof: Command): void {
  const ask = (name: string, text: string): Command =>
    withNode(addCommand(proof, name, text)).option(
      '--height <height>',
      'the block (default: the newest)',
      parseIndex,
    );
  ask('item <part> <index>', 'ask a node for a transaction, receipt or event of a block, for a file').action(
    async (part: string, index: string, { height }: { height?: number }, command: Command) => {
      const { output, network } = shared(command);
      if (!isPart(part))
        throw new CliError('CLI_USAGE', { expected: 'transaction, receipt or event', got: part });
      const { node } = await connect(await network());
      const file = await node.blockProof(part, parseIndex(index), height);
      if (file === undefined)
        throw new CliError('CLI_USAGE', { expected: `fewer than the block has`, got: index, place: part });
      writeBlockProof(output, file);
    },
  );
  ask('field <name>', 'ask a node for a field of a header, for a file').action(
    async (name: string, { height }: { height?: number }, command: Command) => {
      const { output, network } = shared(command);
      const field = HEADER_FIELDS.find((one) => one === name);
      if (field === undefined)
        throw new CliError('CLI_USAGE', { expected: HEADER_FIELDS.join(', '), got: name });
      const { node } = await connect(await network());
      writeBlockProof(output, await node.headerProof(field, height));
    },
  );
}

function writeBlockProof(output: Output, file: BlockProofFile): void {
  // As for keys: a node that contradicts itself is found here.
  verifyBlockProof(file, file.hash);
  const json = blockProofJson(file);
  output.note(`height ${file.height}, header hash 0x${toHex(file.hash)}: as this node says`);
  output.result(json, JSON.stringify(json, null, 2));
}

function reportBlockProof(output: Output, file: BlockProofFile, headerHash: Uint8Array): void {
  const value = verifyBlockProof(file, headerHash);
  const what = 'part' in file ? { part: file.part, index: file.index } : { field: file.field };
  output.result(
    { ...what, headerHash, value },
    [
      'part' in file ? `${file.part} ${file.index}` : `field ${file.field}`,
      `is 0x${toHex(value)}`,
      `under header 0x${toHex(headerHash)}`,
    ].join('\n'),
  );
}

function isBlockProof(text: string): boolean {
  // Which reader decides; what is no proof of either kind is refused by it.
  return /"format"\s*:\s*"weft-block-proof"/.test(text);
}

function isPart(text: string): text is BlockPart {
  return text === 'transaction' || text === 'receipt' || text === 'event';
}

function missing(option: string): CliError {
  return new CliError('CLI_USAGE', { expected: `${option} for this file`, got: 'none' });
}

interface GetOptions {
  readonly height?: number;
  readonly data?: string;
}

/** From the records of a data folder, however long ago. */
async function storedProof(data: string, key: Uint8Array, height?: number): Promise<ProofFile> {
  const store = await openDataFolder(storePath(data));
  try {
    const { hash, headerPath, ...rest } = await proveStored(store, key, height);
    return { ...rest, key: asStateKey(key), header: { hash, path: headerPath } };
  } finally {
    await store.close();
  }
}

interface VerifyOptions {
  readonly root?: Uint8Array;
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
