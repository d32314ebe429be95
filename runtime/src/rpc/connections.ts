// Every connection the server holds: counted in all and by address, refused with a coded answer past either bound, and
// each with the share of its address at hand.
import type { Socket } from 'node:net';
import { errorData, failureText, RPC_CODES } from './dispatch.js';
import { RpcError } from './errors.js';
import { type Bucket, networkOf, type Rates } from './rate.js';

export interface ConnectionBounds {
  readonly connectionsMax: number;
  readonly addressConnectionsMax: number;
}

const UNBOUNDED: Bucket = { takeRequest: () => undefined, take: () => undefined };
/** Refused connections that are given time to read why. */
const REFUSED_MS = 1_000;

/** Tracks connections; one a server. */
export class Connections {
  #count = 0;
  #refused = 0;
  readonly #byAddress = new Map<string, number>();
  readonly #buckets = new WeakMap<Socket, Bucket>();

  constructor(
    private readonly bounds: ConnectionBounds,
    private readonly rates: Rates | undefined,
  ) {}

  get count(): number {
    return this.#count;
  }

  /** Refused so far. */
  get refused(): number {
    return this.#refused;
  }

  /** Takes a new connection in, or answers it why not: false. */
  enter(socket: Socket): boolean {
    const address = networkOf(socket.remoteAddress ?? '');
    const own = this.#byAddress.get(address) ?? 0;
    if (this.#count >= this.bounds.connectionsMax || own >= this.bounds.addressConnectionsMax) {
      this.#refuse(socket, own);
      return false;
    }
    this.#count++;
    this.#byAddress.set(address, own + 1);
    this.#buckets.set(socket, this.rates?.of(address) ?? UNBOUNDED);
    socket.once('close', () => {
      this.#count--;
      const left = (this.#byAddress.get(address) ?? 1) - 1;
      if (left === 0) this.#byAddress.delete(address);
      else this.#byAddress.set(address, left);
    });
    return true;
  }

  /** The share of the address a connection is from. */
  bucketOf(socket: Socket): Bucket {
    return this.#buckets.get(socket) ?? UNBOUNDED;
  }

  #refuse(socket: Socket, own: number): void {
    this.#refused++;
    const { connectionsMax, addressConnectionsMax } = this.bounds;
    const expected = `at most ${connectionsMax}, ${addressConnectionsMax} of one address`;
    const error = new RpcError('RPC_CONNECTIONS', { expected, got: own });
    socket.on('error', () => undefined);
    socket.end(rawRefusal('503 Service Unavailable', error));
    const timer = setTimeout(() => socket.destroy(), REFUSED_MS);
    socket.once('close', () => clearTimeout(timer));
  }
}

/** A whole HTTP answer as text, for sockets no request came over. */
export function rawRefusal(status: string, error: RpcError): string {
  const body = failureText(null, RPC_CODES.refused, error.message, errorData(error));
  return [
    `HTTP/1.1 ${status}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
