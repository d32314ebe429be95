// Answers on their way out over HTTP. Those of one turn of the event loop go out one after the other at its end: whoever
// reads several of them is woken once, and waking a reader costs as much processor time as a read.
import type { FastifyReply } from 'fastify';
import type { Place } from './places.js';

/** Answers that wait for others of their turn at most. */
const WAITING_MAX = 16;

interface Answer {
  readonly reply: FastifyReply;
  readonly text: string | undefined;
  readonly place: Place | undefined;
}

export class Outbox {
  #answers: Answer[] = [];
  readonly #flush = (): void => {
    const answers = this.#answers;
    this.#answers = [];
    for (const { reply, text, place } of answers) {
      send(reply, text);
      place?.leave();
    }
  };

  /** Sends `text`, or nothing where it is undefined, and gives the place back that the request took. */
  put(reply: FastifyReply, text: string | undefined, place: Place | undefined): void {
    const count = this.#answers.push({ reply, text, place });
    if (count === 1) setImmediate(this.#flush);
    else if (count === WAITING_MAX) this.#flush();
  }
}

/** What fastify adds to a reply nobody asks for here: an answer goes out as it is, but for a page's. */
function send(reply: FastifyReply, answer: string | undefined): void {
  if (answer === undefined) reply.code(204).send();
  else if (reply.request.raw.headers.origin !== undefined) reply.type('application/json').send(answer);
  else {
    reply.hijack();
    const length = Buffer.byteLength(answer);
    reply.raw.writeHead(200, ['content-type', 'application/json', 'content-length', String(length)]);
    reply.raw.end(answer);
  }
}
