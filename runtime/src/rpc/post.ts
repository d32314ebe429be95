// POST /: a request or a batch in, its answer out. What is refused before it is read is read no further.
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type BodyBounds,
  type BodyRefusal,
  bytesMaxOf,
  excessError,
  namedLength,
  readBody,
  SMALL_BYTES,
} from './body.js';
import type { Connections } from './connections.js';
import { type Dispatch, RPC_CODES } from './dispatch.js';
import { RpcError } from './errors.js';
import { Outbox } from './outbox.js';
import type { Place, Places } from './places.js';
import type { Bucket } from './rate.js';
import { refuse, refuseAndEnd } from './refusal.js';

export interface PostOptions {
  readonly dispatch: Dispatch;
  readonly connections: Connections;
  readonly bounds: BodyBounds;
  readonly places: Places;
  /** Told of connections that are ended with a refusal, by code. */
  readonly onEnd: (code: string) => void;
}

const JSON_TYPE = /^application\/json *(;|$)/i;

/** Handles POST /; the body is read here. */
export class Post {
  readonly #options: PostOptions;
  readonly #outbox = new Outbox();

  constructor(options: PostOptions) {
    this.#options = options;
  }

  /** Returns nothing: of a reply, which is thenable, fastify would wait for the end by listeners. */
  readonly handle = (request: FastifyRequest, reply: FastifyReply): void => {
    const { raw } = request;
    const { bounds, connections, places } = this.#options;
    if (!isJson(raw.headers['content-type'])) {
      this.#refuse(reply, 415, new RpcError('RPC_CONTENT_TYPE'));
      return;
    }
    const bucket = connections.bucketOf(raw.socket);
    const length = namedLength(raw);
    if (length !== undefined && length <= bounds.bytesMax) {
      const refusal = charge(bucket, length);
      if (refusal !== undefined) {
        this.#refuse(reply, 429, refusal);
        return;
      }
    }
    readBody(raw, {
      bounds,
      enter: (begin, late) => places.enter(connections.addressOf(raw.socket), begin, late),
      onText: (text, bytes, place) => {
        const run = (): void => this.#answer(reply, text, length === undefined ? bytes : 0, place);
        if (place === undefined) run();
        else place.turn(run);
      },
      onRefusal: (why) => this.#refuseBody(reply, why),
    });
  };

  /** `unpaid`: bytes that nobody knew of before they came. */
  #answer(reply: FastifyReply, text: string, unpaid: number, place: Place | undefined): void {
    const bucket = this.#options.connections.bucketOf(reply.request.raw.socket);
    const refusal = unpaid > 0 ? charge(bucket, unpaid) : undefined;
    if (refusal !== undefined) {
      refuse(reply, 429, refusal);
      place?.leave();
      return;
    }
    const answer = this.#options.dispatch(text, { charge: (units) => bucket.take(units) });
    if (answer instanceof Promise) answer.then((late) => this.#outbox.put(reply, late, place));
    else this.#outbox.put(reply, answer, place);
  }

  #refuseBody(reply: FastifyReply, why: BodyRefusal): void {
    const { bounds } = this.#options;
    if (why === 'late') this.#refuse(reply, 408, new RpcError('RPC_TIMEOUT'));
    else if (why === 'busy') this.#refuse(reply, 503, new RpcError('RPC_BUSY'));
    else if (why === 'bytes') {
      const expected = `at most ${bytesMaxOf(reply.request.raw, bounds)} bytes`;
      this.#refuse(reply, 413, new RpcError('RPC_TOO_LARGE', { expected }));
    } else
      this.#refuse(reply, why === 'depth' ? 400 : 413, excessError(why, bounds), RPC_CODES.invalidRequest);
  }

  /** Of a body that is not read. What is left of a small one goes by and the connection goes on; with others it ends. */
  #refuse(reply: FastifyReply, status: number, error: RpcError, code?: number): void {
    const length = namedLength(reply.request.raw);
    if (length !== undefined && length <= SMALL_BYTES) {
      refuse(reply, status, error, code);
      return;
    }
    this.#options.onEnd(error.code);
    refuseAndEnd(reply, status, error, code);
  }
}

function isJson(type: string | undefined): boolean {
  return type === 'application/json' || (type !== undefined && JSON_TYPE.test(type));
}

/** Takes the price of a request of so many bytes, or says why not. */
function charge(bucket: Bucket, bytes: number): RpcError | undefined {
  try {
    bucket.takeRequest(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof RpcError) return error;
    throw error;
  }
}
