// ABCI's socket framing: an unsigned varint length, then a protobuf message (CometBFT libs/protoio).
import { BinaryWriter } from 'cosmjs-types/binary';
import { CheckTxType, Request, Response } from 'cosmjs-types/tendermint/abci/types';
import { concatBytes } from '../../base/bytes.js';
import { CometError } from './errors.js';

/** Most bytes of one message: a block of the largest size, its proposal's votes and overhead. */
const FRAME_BYTES_MAX = 160 << 20;

/** Cuts a stream into requests. */
export class FrameReader {
  #kept: Uint8Array = new Uint8Array(0);
  /** Bytes the frame under way needs before looking again is worth it. */
  #wanted = 1;
  #parts: Uint8Array[] = [];
  #length = 0;

  /** The requests that are whole now. @throws COMET_FRAME */
  push(bytes: Uint8Array): Request[] {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    if (this.#length < this.#wanted) return [];
    this.#kept = this.#parts.length === 1 ? bytes : concatBytes(...this.#parts);
    const requests: Request[] = [];
    let at = 0;
    for (;;) {
      const frame = frameAt(this.#kept, at);
      if (frame === undefined || frame.end > this.#kept.length) {
        this.#wanted = frame === undefined ? this.#kept.length - at + 1 : frame.end - at;
        break;
      }
      requests.push(decodeRequest(this.#kept.subarray(frame.start, frame.end)));
      at = frame.end;
    }
    // A copy: what came with it is done with.
    this.#parts = [this.#kept.slice(at)];
    this.#length = this.#kept.length - at;
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

function decodeRequest(bytes: Uint8Array): Request {
  try {
    const request = Request.decode(bytes);
    const { checkTx } = request;
    // A copy: it may wait in the pool for long, and what it came in is larger.
    if (checkTx?.type === CheckTxType.NEW) checkTx.tx = checkTx.tx.slice();
    return request;
  } catch (cause) {
    throw new CometError('COMET_FRAME', { expected: 'a Request' }, cause);
  }
}
