// The client side of ABCI's socket protocol, as CometBFT speaks it: one connection, answers in the order of requests.
import { connect, type Socket } from 'node:net';
import { BinaryWriter } from 'cosmjs-types/binary';
import type { DeepPartial } from 'cosmjs-types/helpers';
import { Request, Response } from 'cosmjs-types/tendermint/abci/types';

/** A request in part; what is left out has its default. */
type Asked = DeepPartial<Request>;

export class AbciClient {
  readonly #socket: Socket;
  readonly #waiting: { resolve(frame: Uint8Array): void; reject(error: Error): void }[] = [];
  #kept = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('close', () => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error('the connection is closed'));
    });
    socket.on('error', () => undefined);
  }

  static connect(path: string): Promise<AbciClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      socket.once('error', reject);
      socket.once('connect', () => resolve(new AbciClient(socket)));
    });
  }

  /** Sends without waiting for earlier answers. Rejects with an exception's text. */
  ask(request: Asked): Promise<Response> {
    const message = Request.encode(Request.fromPartial(request as Request)).finish();
    return this.send(Buffer.concat([new BinaryWriter().uint32(message.length).finish(), message]));
  }

  /** Sends bytes as they are, one frame. Rejects with an exception's text. */
  async send(frame: Uint8Array): Promise<Response> {
    const response = Response.decode(wholeFrame(Buffer.from(await this.exchange(frame)))!.message);
    if (response.exception !== undefined) throw new Error(response.exception.error);
    return response;
  }

  /** The bytes of the answer, its length before it. */
  exchange(frame: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) reject(new Error('the connection is closed'));
      this.#waiting.push({ resolve, reject });
      this.#socket.write(frame);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(bytes: Buffer): void {
    this.#kept = Buffer.concat([this.#kept, bytes]);
    for (;;) {
      const frame = wholeFrame(this.#kept);
      if (frame === undefined) return;
      this.#waiting.shift()?.resolve(this.#kept.subarray(0, frame.end));
      this.#kept = this.#kept.subarray(frame.end);
    }
  }
}

/** The first frame of a stream, if it is whole. */
export function wholeFrame(bytes: Buffer): { readonly message: Buffer; readonly end: number } | undefined {
  let length = 0;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte >= 0x80) continue;
    const end = index + 1 + length;
    return bytes.length < end ? undefined : { message: bytes.subarray(index + 1, end), end };
  }
  return undefined;
}
