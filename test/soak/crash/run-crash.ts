// Kills a process that writes blocks, at random moments and at each of its write boundaries, and looks at what it left:
// every block it acknowledged, at most one more, and the state of exactly that block.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { concatBytes, toHex } from '@weft/runtime/base/bytes';
import { Writer } from '@weft/runtime/base/codec';
import { openChain } from '@weft/runtime/chain/open';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import { encodeBlockRecord } from '@weft/runtime/types/record-codec';
import { createRealChain, fillReal, type RealChain } from '../../support/real-chain.js';
import { randomFrom } from '../../support/sample-chain.js';

const SCRIPT = fileURLToPath(new URL('./append-loop.mjs', import.meta.url));
const SEGMENT_BYTES = 30_000;
const BLOCKS = 150;

export interface CrashOptions {
  readonly cycles: number;
  readonly seed: number;
  readonly onProgress?: (done: number, height: number) => void;
}
export interface CrashReport {
  readonly atRandom: number;
  readonly atBoundary: number;
  /** Blocks that were on disk though nobody had heard of them. */
  readonly takenIn: number;
  /** Reverts cut short that came out done, or not begun. */
  readonly reverts: number;
  /** Blocks acknowledged over all cycles. */
  readonly blocks: number;
}

/** What a killed process had said. */
interface Said {
  readonly acknowledged: number;
  /** A revert to this height was under way. */
  readonly reverting: number | undefined;
}

/** @throws Error naming seed and cycle where a block is lost or the state is not a block's */
export async function runCrash({ cycles, seed, onProgress }: CrashOptions): Promise<CrashReport> {
  const random = randomFrom(seed);
  const root = mkdtempSync(join(tmpdir(), 'weft-crash-'));
  const report = { atRandom: 0, atBoundary: 0, takenIn: 0, reverts: 0, blocks: 0 };
  try {
    const chain = await createRealChain({ seed, blocks: BLOCKS, transfers: 8 });
    const file = join(root, 'records');
    const encoded = chain.records.map(encodeBlockRecord);
    const framed = encoded.flatMap((bytes) => [new Writer().u32(bytes.length).finish(), bytes]);
    writeFileSync(file, concatBytes(...framed));
    let folder = '';
    let height = BLOCKS;
    for (let cycle = 0; cycle < cycles; cycle++) {
      if (height > BLOCKS - 40) {
        if (folder !== '') rmSync(folder, { recursive: true });
        folder = join(root, `store-${cycle}`);
        const store = await openLevelStore(folder, { segmentBytes: SEGMENT_BYTES });
        await fillReal(store, chain, 0);
        await store.close();
        height = 0;
      }
      const own = cycle % 2 === 0;
      // Boundaries in turn: opening and the first blocks meet all kinds; half of the writes are torn.
      const boundary = own ? (cycle / 2) % 90 : -1;
      const fault = random(2) === 0 ? 'before' : 'half';
      const until = height + 1 + random(20);
      const args = [folder, file, String(seed + cycle), String(boundary), fault];
      const said = await runAndKill(args, own ? undefined : until);
      const place = `seed ${seed} cycle ${cycle} boundary ${boundary} ${fault}`;
      const found = await inspect(folder, chain, said, height, place);
      report[own ? 'atBoundary' : 'atRandom']++;
      if (said.reverting !== undefined) report.reverts++;
      else if (found === said.acknowledged + 1) report.takenIn++;
      report.blocks += Math.max(0, found - height);
      height = found;
      onProgress?.(cycle + 1, height);
    }
    return report;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Runs the loop until it ends; kills it once it acknowledged `until`, a little later. */
function runAndKill(args: readonly string[], until: number | undefined): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    let failed = '';
    let killing = false;
    child.stderr.on('data', (chunk) => (failed += chunk));
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      if (until === undefined || killing || readSaid(printed).acknowledged < until) return;
      killing = true;
      setTimeout(() => child.kill('SIGKILL'), Math.random() * 8);
    });
    child.on('close', (code, signal) => {
      // 3: it went back and ended; 4: it ran out of records.
      if (signal === 'SIGKILL' || code === 3 || code === 4) resolve(readSaid(printed));
      else reject(new Error(`the loop failed: ${failed}`));
    });
  });
}

function readSaid(printed: string): Said {
  let acknowledged = -1;
  let reverting: number | undefined;
  for (const line of printed.split('\n').slice(0, -1)) {
    reverting = line.startsWith('revert ') ? Number(line.slice(7)) : undefined;
    if (reverting === undefined) acknowledged = Number(line);
  }
  return { acknowledged, reverting };
}

/** Opens what is left and compares all of it with the chain; its head. */
async function inspect(
  folder: string,
  chain: RealChain,
  said: Said,
  before: number,
  place: string,
): Promise<number> {
  const store = await openLevelStore(folder, { segmentBytes: SEGMENT_BYTES });
  try {
    const { head, state } = await openChain(store);
    const { height } = head.header;
    // One that was killed while it opened had said nothing: then what was there before is.
    const acknowledged = said.acknowledged < 0 ? before : said.acknowledged;
    const allowed =
      said.reverting === undefined ? [acknowledged, acknowledged + 1] : [acknowledged, said.reverting];
    if (!allowed.includes(height))
      throw new Error(`${place}: head ${height}, expected ${allowed.join(' or ')}`);
    if (state.height !== height) throw new Error(`${place}: state of ${state.height} at head ${height}`);
    const expected =
      height === 0 ? chain.base.genesisRoot : chain.records[height - 1]!.block.header.stateRoot;
    if (toHex(state.root()) !== toHex(expected)) throw new Error(`${place}: another state root`);
    for await (const record of store.records(await store.oldest(), height)) {
      const known = chain.records[record.block.header.height - 1]!;
      if (toHex(record.block.hash) !== toHex(known.block.hash)) throw new Error(`${place}: another record`);
      const [receipt] = record.block.receipts;
      const found = await store.locate(receipt!.transaction);
      if (found?.height !== record.block.header.height)
        throw new Error(`${place}: a transaction of ${record.block.header.height} is not found`);
    }
    return height;
  } finally {
    await store.close();
  }
}
