// A transaction that CometBFT asks to check may stay in the pool for long: it must not hold on to what it arrived in.
import { FrameReader } from '@weft/runtime/consensus/comet/frames';
import { BinaryWriter } from 'cosmjs-types/binary';
import { CheckTxType, Request } from 'cosmjs-types/tendermint/abci/types';
import { expect, test } from 'vitest';

test('comet frames: a checked transaction has memory of its own, cut where it may be', () => {
  const tx = Uint8Array.of(1, 2, 3);
  const message = Request.encode(Request.fromPartial({ checkTx: { tx, type: CheckTxType.NEW } })).finish();
  const head = new BinaryWriter().uint32(message.length).finish();
  const arrived = Buffer.concat([head, message, head, message]);
  for (const cut of [0, 1, head.length + message.length, arrived.length]) {
    const reader = new FrameReader();
    const requests = [...reader.push(arrived.subarray(0, cut)), ...reader.push(arrived.subarray(cut))];
    expect(requests.map(({ checkTx }) => checkTx?.tx)).toEqual([tx, tx]);
    for (const { checkTx } of requests) expect(checkTx?.tx.buffer.byteLength).toBe(tx.length);
  }
});
