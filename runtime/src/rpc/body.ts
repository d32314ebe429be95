// The body of a request, looked at as it comes: the first byte past a bound ends it, and nothing of it is decoded before all
// of it keeps the bounds. Small bodies are read side by side, larger ones name their length and wait for a place.
import type { IncomingMessage } from 'node:http';
import { RpcError } from './errors.js';
import { type JsonBounds, type JsonExcess, JsonScan } from './json-scan.js';
import type { Place } from './places.js';

export interface BodyBounds extends JsonBounds {
  readonly bytesMax: number;
}
/** Why a body is not read to its end; `late`: it held its place for too long; `busy`: too many wait for one. */
export type BodyRefusal = JsonExcess | 'bytes' | 'late' | 'busy';

export interface BodyReader {
  readonly bounds: BodyBounds;
  /** Asks for a place: `begin` when there is one, `late` when it has to be given back. Undefined: too many wait. */
  enter(begin: () => void, late: () => void): Place | undefined;
  /** All of it, with the place it took, which is given back by whoever is told. */
  onText(text: string, bytes: number, place: Place | undefined): void;
  onRefusal(why: BodyRefusal): void;
}

/** Bytes of a body that needs no place, and need not be named before it comes. */
export const SMALL_BYTES = 64 << 10;

const NOTHING = Buffer.alloc(0);

/** The length a request names; undefined: it has no body, or one in chunks. */
export function namedLength({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

/** Reads a body. One of `onText` and `onRefusal` is called, once; none where the client goes away before. */
export function readBody(request: IncomingMessage, reader: BodyReader): void {
  const { bounds } = reader;
  const length = namedLength(request) ?? 0;
  const bytesMax = bytesMaxOf(request, bounds);
  if (length > bytesMax) {
    reader.onRefusal('bytes');
    return;
  }
  const scan = new JsonScan(bounds);
  const body = new Gathered(length);
  let ended = false;
  let place: Place | undefined;
  const refuse = (why: BodyRefusal): void => {
    ended = true;
    body.clear();
    place?.leave();
    reader.onRefusal(why);
  };
  request.on('data', (part: Buffer) => {
    if (ended) return;
    const why = body.length + part.length > bytesMax ? 'bytes' : scan.take(part);
    if (why !== undefined) refuse(why);
    else {
      body.add(part);
      // The next part in a turn of its own: a socket with much in it would be read to its end at once, one such after the
      // other, and nobody else served meanwhile.
      if (place === undefined) return;
      request.pause();
      place.turn(() => ended || request.resume());
    }
  });
  request.on('end', () => {
    if (ended) return;
    ended = true;
    reader.onText(body.text(), body.length, place);
  });
  if (length <= SMALL_BYTES) return;
  let begun = false;
  const begin = (): void => {
    begun = true;
    request.resume();
  };
  place = reader.enter(begin, () => ended || refuse('late'));
  if (place === undefined) {
    refuse('busy');
    return;
  }
  if (!begun) request.pause();
  request.once('close', () => ended || place?.leave());
}

/** Parts put together as they come: a list of them would take, of one byte each, a hundred times their bytes. */
class Gathered {
  readonly #named: number;
  #bytes: Buffer = NOTHING;
  length = 0;

  /** `named`: how long it will be; 0: nobody said. */
  constructor(named: number) {
    this.#named = named;
  }

  add(part: Buffer): void {
    if (this.length === 0) this.#bytes = part;
    else {
      if (this.length + part.length > this.#bytes.length) {
        const room = Buffer.allocUnsafe(Math.max(this.#named, 2 * (this.length + part.length)));
        this.#bytes.copy(room, 0, 0, this.length);
        this.#bytes = room;
      }
      part.copy(this.#bytes, this.length);
    }
    this.length += part.length;
  }

  text(): string {
    return this.#bytes.toString('utf8', 0, this.length);
  }

  clear(): void {
    this.#bytes = NOTHING;
    this.length = 0;
  }
}

/** Most bytes of the body of a request. */
export function bytesMaxOf(request: IncomingMessage, { bytesMax }: BodyBounds): number {
  return namedLength(request) === undefined ? Math.min(SMALL_BYTES, bytesMax) : bytesMax;
}

/** The refusal of text that passes a bound. */
export function excessError(excess: JsonExcess, { depthMax, itemsMax }: JsonBounds): RpcError {
  return excess === 'depth'
    ? new RpcError('RPC_TOO_DEEP', { expected: `at most ${depthMax}`, unit: 'levels' })
    : new RpcError('RPC_TOO_LARGE', { expected: `at most ${itemsMax}`, unit: 'requests' });
}
