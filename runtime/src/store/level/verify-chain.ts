// What an existing store is put through before anybody reads it: every record's checksums, one gapless chain of links
// from genesis, the head file against both, the transaction index whole. About 2 ns a byte and 6 us a transaction.
import { bytesEqual, toHex } from '../../base/bytes.js';
import { StoreError } from '../errors.js';
import type { Database } from './database.js';
import { assertLink, decodeFrame } from './frame.js';
import { acknowledgedHead, type HeadFile, type Slot } from './head-file.js';
import { ALL_RECORDS, ALL_TRANSACTIONS, heightOfRow, readTransactionRow } from './rows.js';

/**
 * The newest durable record, by height and checksum (genesis: height 0). A record that was on disk but not yet
 * acknowledged when the process died is taken in.
 * @throws STORE_MISSING_RECORD, STORE_CORRUPT_RECORD, STORE_CORRUPT_HEAD, STORE_CORRUPT_INDEX, STORE_CORRUPT_DATABASE
 */
export async function verifyChain(
  database: Database,
  headFile: HeadFile,
  genesis: Uint8Array,
): Promise<Slot> {
  let newest: Slot = { height: 0, checksum: genesis };
  let before = newest;
  let transactions = 0;
  for await (const [row, bytes] of database.rows(ALL_RECORDS)) {
    const height = newest.height + 1;
    const got = heightOfRow(row);
    if (got !== height) {
      throw new StoreError('STORE_MISSING_RECORD', {
        expected: height,
        got: got ?? `a row named ${toHex(row)}`,
      });
    }
    const frame = decodeFrame(bytes, height);
    assertLink(frame, newest.checksum);
    transactions += frame.transactions;
    before = newest;
    newest = { height, checksum: frame.checksum };
  }
  const acknowledged = acknowledgedHead(await headFile.read(), newest.height);
  const there = acknowledged.height === newest.height ? newest : before;
  if (!bytesEqual(acknowledged.checksum, there.checksum)) {
    throw new StoreError('STORE_CORRUPT_HEAD', {
      expected: toHex(there.checksum),
      got: toHex(acknowledged.checksum),
      place: `head file, height ${there.height}`,
    });
  }
  await verifyIndex(database, transactions);
  if (newest.height > acknowledged.height) await headFile.write(newest);
  return newest;
}

async function verifyIndex(database: Database, expected: number): Promise<void> {
  let got = 0;
  for await (const [row, checksum] of database.rows(ALL_TRANSACTIONS)) {
    readTransactionRow(row, checksum);
    got++;
  }
  if (got !== expected) {
    throw new StoreError('STORE_CORRUPT_INDEX', { expected, got, unit: 'rows', place: 'transaction index' });
  }
}
