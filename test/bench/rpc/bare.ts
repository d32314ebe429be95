// What a node is compared with: fastify and ws, set up as the node sets them up, answering a constant.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import Fastify from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';

export interface BareServer {
  readonly url: string;
  answer(text: string): void;
  /** Sends the constant so often to every WebSocket. */
  tell(times: number): Promise<void>;
  close(): Promise<void>;
}

export async function startBare(): Promise<BareServer> {
  let constant = '{}';
  const app = Fastify({ bodyLimit: 2 << 20, forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
  app.post('/', (_request, reply): void => {
    reply.header('content-type', 'application/json').send(constant);
  });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const open = new Set<WebSocket>();
  app.server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.setNoDelay(true);
    sockets.handleUpgrade(request, socket, head, (client) => {
      open.add(client);
      client.on('close', () => open.delete(client));
      client.on('message', () => client.send(constant));
    });
  });
  await app.listen({ host: '127.0.0.1', port: 0, backlog: 1024 });
  const address = app.server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    answer(text) {
      constant = text;
    },
    async tell(times) {
      for (let time = 0; time < times; time++) {
        const message = Buffer.from(constant);
        for (const client of open) client.send(message, { binary: false });
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async close() {
      for (const client of open) client.terminate();
      sockets.close();
      await app.close();
    },
  };
}
