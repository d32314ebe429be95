// A record against the same block made anew: what differs first, by name and place.
import { bytesEqual, toHex } from '../base/bytes.js';
import { Writer } from '../base/codec.js';
import type { BlockRecord, Header } from '../types/block.js';
import { writeEvent, writeHookReceipt, writeReceipt } from '../types/receipt-codec.js';
import { writeChanges } from '../types/record-codec.js';
import { ReplayError } from './errors.js';

/** @throws REPLAY_HEADER_MISMATCH naming the first field that differs, REPLAY_RECORD_MISMATCH naming the part */
export function assertSameRecord(recorded: BlockRecord, made: BlockRecord): void {
  assertSameHeader(recorded, made);
  const { height } = made.block.header;
  const compare = <Item>(
    name: string,
    expected: readonly Item[],
    got: readonly Item[],
    write: (writer: Writer, item: Item) => unknown,
  ): void => {
    const bytesOf = (item: Item): Uint8Array => {
      const writer = new Writer();
      write(writer, item);
      return writer.finish();
    };
    const differs = expected.findIndex(
      (item, index) => index >= got.length || !bytesEqual(bytesOf(item), bytesOf(got[index] as Item)),
    );
    if (differs < 0 && expected.length === got.length) return;
    const index = differs < 0 ? expected.length : differs;
    throw new ReplayError('REPLAY_RECORD_MISMATCH', { place: `${name} ${index} at height ${height}` });
  };
  compare('receipt', recorded.block.receipts, made.block.receipts, writeReceipt);
  compare('event', recorded.block.events, made.block.events, writeEvent);
  compare('hook receipt', recorded.block.hooks, made.block.hooks, writeHookReceipt);
  compare('changes of transaction', recorded.changes, made.changes, writeChanges);
  compare('state diff', [recorded.stateDiff], [made.stateDiff], writeChanges);
}

function assertSameHeader({ block }: BlockRecord, made: BlockRecord): void {
  const { header, hash } = made.block;
  for (const name of Object.keys(header) as (keyof Header)[]) {
    const [expected, got] = [fieldText(block.header[name]), fieldText(header[name])];
    if (expected === got) continue;
    throw new ReplayError('REPLAY_HEADER_MISMATCH', {
      expected,
      got,
      place: `${name} at height ${header.height}`,
    });
  }
  if (bytesEqual(block.hash, hash)) return;
  const place = `hash at height ${header.height}`;
  throw new ReplayError('REPLAY_HEADER_MISMATCH', { expected: toHex(block.hash), got: toHex(hash), place });
}

function fieldText(value: number | Uint8Array): string {
  return typeof value === 'number' ? String(value) : toHex(value);
}
