// Events as blocks bring them: a subscription over a WebSocket, which is opened again when it breaks and goes on where it was.
import { type SocketClass, socketTransport } from '@weft/sdk/client/socket-transport';
import WebSocket from 'ws';
import { interrupted } from '../interrupt.js';
import type { Output } from '../output.js';
import type { Target } from '../session.js';
import type { EventReader, EventsAsk } from './event-reader.js';

/** Shows events until interrupted. @throws CLIENT_RPC when the node ends the subscription */
export async function followEvents(
  { url, token }: Target,
  reader: EventReader,
  { from }: Pick<EventsAsk, 'from'>,
  output: Output,
): Promise<void> {
  let isLost = false;
  const transport = socketTransport(url, {
    WebSocket: WebSocket as unknown as SocketClass,
    ...(token === undefined ? {} : { token }),
    onConnection(stands) {
      if (stands === isLost)
        output.note(stands ? 'the node answers again' : 'the node is gone; waiting for it');
      isLost = !stands;
    },
  });
  // One after the other: names may have to be asked for.
  let shown = Promise.resolve();
  try {
    await new Promise<void>((resolve, reject) => {
      const then = (work: () => Promise<void> | void) => {
        shown = shown.then(work);
        shown.catch(reject);
      };
      transport.subscribe(
        { kind: 'events', filter: reader.filter, ...(from === undefined ? {} : { from }) },
        {
          onMessage: ({ height, events }) =>
            then(() => reader.show(events.map((event) => ({ ...event, height })))),
          onRevert: (height) => then(() => output.note(`the chain went back to block ${height}`)),
          onEnd: reject,
        },
      );
      void interrupted().then(resolve);
    });
  } finally {
    transport.close();
  }
}
