// Every connection the server holds: counted in all and by address, refused with a coded answer past either bound, and
// each with the share of its address at hand.
import type { Socket } from 'node:net';
import { RpcError } from './errors.js';
import { type Bucket, networkOf, type Rates } from './rate.js';
import { endWith, refusalText } from './refusal.js';

export interface ConnectionBounds {
  readonly connectionsMax: number;
  readonly addressConnectionsMax: number;
}

const UNBOUNDED: Bucket = { takeRequest: () => undefined, take: () => undefined };

/** Tracks connections; one a server. */
export class Connections {
  #count = 0;
  #refused = 0;
  readonly #byAddress = new Map<string, number>();
  readonly #known = new WeakMap<Socket, { readonly address: string; readonly bucket: Bucket }>();

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
    this.#known.set(socket, { address, bucket: this.rates?.of(address) ?? UNBOUNDED });
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
    return this.#known.get(socket)?.bucket ?? UNBOUNDED;
  }

  /** What a connection is counted under. */
  addressOf(socket: Socket): string {
    return this.#known.get(socket)?.address ?? '';
  }

  #refuse(socket: Socket, own: number): void {
    this.#refused++;
    const { connectionsMax, addressConnectionsMax } = this.bounds;
    const expected = `at most ${connectionsMax}, ${addressConnectionsMax} of one address`;
    const error = new RpcError('RPC_CONNECTIONS', { expected, got: own });
    endWith(socket, 503, refusalText(error));
  }
}
