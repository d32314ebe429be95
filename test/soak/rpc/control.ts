// A server that is not attacked, in a process of its own: what its client waits for is the machine's share.
import { startBare } from '../../bench/rpc/bare.js';
import type { Server } from './honest.js';

process.on('message', async () => {
  const bare = await startBare();
  bare.answer('{"jsonrpc":"2.0","result":"0","id":1}');
  process.send?.({ url: bare.url, pid: process.pid } satisfies Server);
});
