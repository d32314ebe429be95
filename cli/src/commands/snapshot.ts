// `weft snapshot`: a chain's state to files, and from files to a data folder that continues the chain.
import { fromHex, toHex } from '@weft/runtime/base/bytes';
import { exportSnapshot } from '@weft/runtime/chain/snapshot/export-snapshot';
import type { SnapshotManifest } from '@weft/runtime/chain/snapshot/format';
import { importSnapshot, verifySnapshot } from '@weft/runtime/chain/snapshot/import-snapshot';
import { isSealed } from '@weft/runtime/consensus/seal/seal';
import { createDataFolder, storePath } from '@weft/runtime/node/data-folder';
import { createSnapshotFolder, openSnapshotFolder } from '@weft/runtime/node/snapshot-folder';
import { decodeGenesis } from '@weft/runtime/types/genesis-codec';
import { headerHash } from '@weft/runtime/types/header-codec';
import type { Command } from 'commander';
import { ABOUT } from '../about.js';
import { openDataFolder } from '../data-folder.js';
import { CliError } from '../errors.js';
import { addCommand, addGroup, shared } from '../options.js';
import type { Output } from '../output.js';

export function addSnapshot(program: Command): void {
  const snapshot = addGroup(program, 'snapshot', ABOUT.snapshot);
  addCommand(snapshot, 'export', 'write the flushed state of a stopped node to a folder')
    .requiredOption('--data <folder>', 'data folder of a stopped node')
    .requiredOption('--out <folder>', 'where the snapshot goes')
    .action(async ({ data, out }: { data: string; out: string }, command: Command) => {
      const { output } = shared(command);
      const store = await openDataFolder(storePath(data));
      try {
        const sink = await createSnapshotFolder(out);
        report(output, out, await exportSnapshot(store, sink, { onChunk: progress(output) }));
      } finally {
        await store.close();
      }
    });
  addCommand(snapshot, 'import <snapshot>', 'make a new data folder that continues from a snapshot')
    .requiredOption('--data <folder>', 'the new data folder')
    .option('--trust <hash>', 'header hash (0x…) of the block you trust', parseHash)
    .action(async (from: string, { data, trust }: { data: string; trust?: Uint8Array }, command: Command) => {
      const { output } = shared(command);
      const folder = createDataFolder(data);
      const store = await folder.openStore();
      try {
        const source = openSnapshotFolder(from);
        const manifest = await importSnapshot(source, store, options(output, trust));
        await folder.noteGenesis(decodeGenesis(manifest.genesis));
        report(output, data, manifest);
      } finally {
        await store.close();
      }
    });
  addCommand(snapshot, 'inspect <snapshot>', 'prove every chunk of a snapshot and say what it holds')
    .option('--trust <hash>', 'header hash (0x…) of the block you trust', parseHash)
    .action(async (from: string, { trust }: { trust?: Uint8Array }, command: Command) => {
      const { output } = shared(command);
      report(output, from, await verifySnapshot(openSnapshotFolder(from), options(output, trust)));
    });
}

function options(output: Output, trustedHash: Uint8Array | undefined) {
  const common = { isSealed, onChunk: progress(output) };
  return trustedHash === undefined ? common : { ...common, trustedHash };
}

function progress(output: Output): (done: number, of: number) => void {
  return (done, of) => output.note(`chunk ${done} of ${of}`);
}

function report(output: Output, folder: string, manifest: SnapshotManifest): void {
  const { header, keys, chunks, prefixBits } = manifest;
  const hash = headerHash(header);
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
  const { height, stateRoot } = header;
  const { chainName } = decodeGenesis(manifest.genesis);
  output.result(
    { folder, chainName, height, hash, stateRoot, keys, bytes, chunks: chunks.length, prefixBits },
    [
      `${chainName} at height ${height}: ${keys} keys in ${chunks.length} chunks, ${bytes} bytes`,
      `header hash 0x${toHex(hash)}`,
      `state root 0x${toHex(stateRoot)}`,
      folder,
    ].join('\n'),
  );
}

function parseHash(text: string): Uint8Array {
  if (/^(0x)?[0-9a-f]{64}$/.test(text)) return fromHex(text.replace(/^0x/, ''));
  throw new CliError('CLI_USAGE', { expected: '0x and 64 hexadecimal digits', got: text });
}
