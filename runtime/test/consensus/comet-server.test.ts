// Every request gets its answer, also of a peer that sends faster than it is answered: its socket is paused then, and
// hands over in one go what came meanwhile.
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeFrame } from '@weft/runtime/consensus/comet/frames';
import { startAbciServer } from '@weft/runtime/consensus/comet/server';
import { BinaryWriter } from 'cosmjs-types/binary';
import { Request, Response } from 'cosmjs-types/tendermint/abci/types';
import { expect, test } from 'vitest';

const FLUSHED = encodeFrame(Response.fromPartial({ flush: {} }));
const CHECKED = encodeFrame(Response.fromPartial({ checkTx: {} }));
const CHECK = frame(Request.fromPartial({ checkTx: { tx: Uint8Array.of(1) } }));
const FLUSH = frame(Request.fromPartial({ flush: {} }));
/** More than the server lets wait before it pauses. */
const MANY = 2000;
const PIECES = 20;

function frame(request: Request): Uint8Array {
  const message = Request.encode(request).finish();
  return Buffer.concat([new BinaryWriter().uint32(message.length).finish(), message]);
}

/** What has come of a socket once it is `length` bytes. */
function received(socket: Socket, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let got = Buffer.alloc(0);
    socket.on('error', reject);
    socket.on('data', (bytes) => {
      got = Buffer.concat([got, bytes]);
      if (got.length >= length) resolve(got);
    });
  });
}

test('comet server: what came while the socket was paused is answered, in order', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'weft-server-'));
  const path = join(folder, 'abci.sock');
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let ask = (): void => undefined;
  const asked = new Promise<void>((resolve) => (ask = resolve));
  const answers = {
    answer: ({ flush }: Request) => (flush ? FLUSHED : CHECKED),
    checkAhead() {
      ask();
      return released;
    },
  };
  const faults: unknown[] = [];
  const server = await startAbciServer(`unix://${path}`, answers, (error) => faults.push(error));
  const socket = connect(path);
  try {
    const wanted = Buffer.concat([CHECKED, ...Array<Uint8Array>(MANY + PIECES).fill(FLUSHED)]);
    const got = received(socket, wanted.length);
    socket.write(Buffer.concat([CHECK, ...Array<Uint8Array>(MANY).fill(FLUSH)]));
    await asked;
    for (let piece = 0; piece < PIECES; piece++) {
      await sleep(5);
      socket.write(FLUSH);
    }
    await sleep(5);
    release();
    expect((await got).equals(wanted)).toBe(true);
    expect(faults).toEqual([]);
  } finally {
    socket.destroy();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
});
