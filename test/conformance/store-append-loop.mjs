// Run as a process of its own, to be killed: appends prepared records to a store from its head on, flushing now and
// then, and prints each height once it is acknowledged.
// Usage: store-append-loop.mjs <folder> <file of records, each behind its u32 length> <flush every n blocks>
import { readFileSync, writeSync } from 'node:fs';
import { openState } from '@weft/runtime/state/open-state';
import { openLevelStore } from '@weft/runtime/store/level/level-store';
import { decodeBlockRecord } from '@weft/runtime/types/record-codec';

const [folder, file, flushEvery] = process.argv.slice(2);
const bytes = readFileSync(file);
const records = [];
for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt32LE(at)) {
  const from = at + 4;
  records.push(decodeBlockRecord(new Uint8Array(bytes.subarray(from, from + bytes.readUInt32LE(at)))));
}
const store = await openLevelStore(folder);
const { state, flushBehind } = await openState(store);
for (const record of records.slice(state.height)) {
  await store.append(record);
  writeSync(1, `${record.block.header.height}\n`);
  const staged = state.stage(record.stateDiff);
  staged.commit();
  await flushBehind.add(state.height);
  if (state.height % Number(flushEvery) === 0) await flushBehind.drain();
}
await store.close();
