// A process made to be killed: appends prepared records to a store from its head on, flushing, pruning and going back now
// and then, and prints each height once it counts. With a boundary it kills itself there.
// Arguments: folder, file of records (each behind its u32 length), seed, boundary (-1: somebody else kills), fault.
import { readFileSync, writeSync } from 'node:fs';
import { openChain } from '@weft/runtime/chain/open';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import { decodeBlockRecord } from '@weft/runtime/types/record-codec';
import { faultyFiles } from '../../support/faulty-files.ts';
import { randomFrom } from '../../support/sample-chain.ts';

const [folder, file, seed, boundary, fault] = process.argv.slice(2);
const bytes = readFileSync(file);
const records = [];
for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt32LE(at)) {
  const from = at + 4;
  records.push(decodeBlockRecord(new Uint8Array(bytes.subarray(from, from + bytes.readUInt32LE(at)))));
}
const random = randomFrom(Number(seed));
const own = Number(boundary) >= 0;
const faulty = faultyFiles(own ? Number(boundary) : Number.POSITIVE_INFINITY, fault, true, () => {
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way: nothing may be written before it comes.
  for (;;);
});
const segmentBytes = 30_000;
const options = own
  ? { thread: false, files: faulty.files, gate: faulty.gate, segmentBytes }
  : { segmentBytes };
const store = await openLevelStore(folder, options);
const { state, flushBehind } = await openChain(store);
writeSync(1, `${state.height}\n`);
let height = state.height;
for (;;) {
  const choice = random(24);
  if (choice === 0) await flushBehind.drain();
  else if (choice === 1) await store.flush(Math.max(await store.flushedHeight(), height - random(4)));
  else if (choice === 2) await store.prune(Math.max(1, (await store.flushedHeight()) - 20));
  else if (choice === 3 && height > (await store.oldest()) + 3) {
    await flushBehind.settle();
    const to = height - 1 - random(2);
    writeSync(1, `revert ${to}\n`);
    await store.revert(to);
    writeSync(1, `${to}\n`);
    // The state in memory is of no more use; the next process reads it anew.
    await store.close();
    process.exit(3);
  } else {
    const record = records[height];
    if (record === undefined) process.exit(4);
    await store.append(record);
    height++;
    writeSync(1, `${height}\n`);
    await flushBehind.add(height);
  }
}
