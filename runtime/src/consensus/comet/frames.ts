// ABCI's socket framing: an unsigned varint length, then a protobuf message (CometBFT libs/protoio).
import { BinaryReader, BinaryWriter } from 'cosmjs-types/binary';
import { CheckTxType, Request, Response } from 'cosmjs-types/tendermint/abci/types';
import { concatBytes } from '../../base/bytes.js';
import { readCheckTx } from './check-tx.js';
import { CometError } from './errors.js';

/** Most bytes of one message: a block of the largest size, its proposal's votes and overhead. */
const FRAME_BYTES_MAX = 160 << 20;

/** Cuts a stream into requests. */
export class FrameReader {
  /** Bytes the frame under way needs before looking again is worth it. */
  #wanted = 1;
  #parts: Uint8Array[] = [];
  #length = 0;

  /** The requests that are whole now. @throws COMET_FRAME */
  push(bytes: Uint8Array): Request[] {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    if (this.#length < this.#wanted) return [];
    const came = this.#parts.length === 1 ? bytes : concatBytes(...this.#parts);
    // Of a Buffer each part would be one too, which costs more.
    const kept = new Uint8Array(came.buffer, came.byteOffset, came.length);
    const requests: Request[] = [];
    let at = 0;
    for (;;) {
      const frame = frameAt(kept, at);
      if (frame === undefined || frame.end > kept.length) {
        this.#wanted = frame === undefined ? kept.length - at + 1 : frame.end - at;
        break;
      }
      requests.push(decodeRequest(kept, frame.start, frame.end));
      at = frame.end;
    }
    // A copy: what came with it is done with.
    this.#parts = at === kept.length ? [] : [kept.slice(at)];
    this.#length = kept.length - at;
    return requests;
  }
}

/** One response with its length before it. */
export function encodeFrame(response: Response): Uint8Array {
  const message = Response.encode(response).finish();
  return concatBytes(new BinaryWriter().uint32(message.length).finish(), message);
}

/** Where the message that begins at `at` lies; undefined while its length is not whole. @throws COMET_FRAME */
function frameAt(
  bytes: Uint8Array,
  at: number,
): { readonly start: number; readonly end: number } | undefined {
  let length = 0;
  for (let index = 0; index < 5; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte >= 0x80) continue;
    if (length > FRAME_BYTES_MAX) break;
    return { start: at + index + 1, end: at + index + 1 + length };
  }
  throw new CometError('COMET_FRAME', { expected: `at most ${FRAME_BYTES_MAX} bytes`, got: length });
}

/** A reader by itself would begin with a copy of the message. */
const READER = new BinaryReader();

function decodeRequest(bytes: Uint8Array, start: number, end: number): Request {
  const usual = readCheckTx(bytes, start, end);
  if (usual !== undefined) return { checkTx: usual };
  READER.buf = bytes;
  READER.pos = start;
  READER.len = end;
  try {
    const request = Request.decode(READER);
    const { checkTx } = request;
    if (checkTx?.type === CheckTxType.NEW) checkTx.tx = checkTx.tx.slice();
    return request;
  } catch (cause) {
    throw new CometError('COMET_FRAME', { expected: 'a Request' }, cause);
  }
}
