// Refusals of the RPC edge, before anything below it is asked.
import { defineErrors } from '../base/errors.js';

export class RpcError extends defineErrors('RpcError', {
  RPC_PARAMETER: {
    what: 'a parameter is missing, unknown or not of its type',
    fix: 'See the method in runtime/docs/spec/rpc.md.',
  },
  RPC_HOST: {
    what: 'the Host header names a host this node does not serve',
    fix: 'Use the printed address, or allow it: `weft node --allow-host HOST`, or `allowedHosts` in the node configuration.',
  },
  RPC_ORIGIN: {
    what: 'a web page of this origin may not call this node',
    fix: 'Allow it: `weft node --allow-origin ORIGIN`, or `allowedOrigins` in the node configuration.',
  },
  RPC_CONTENT_TYPE: { what: 'the request is not JSON', fix: 'Send content-type: application/json.' },
  RPC_TOO_LARGE: {
    what: 'the request is larger than this node accepts',
    fix: 'Send it in several requests.',
  },
  RPC_TOO_DEEP: {
    what: 'the JSON nests deeper than this node reads',
    fix: 'No request needs as much: send plain lists and objects.',
  },
  RPC_TOKEN: {
    what: 'the request does not carry the token of this node',
    fix: 'Send it as `Authorization: Bearer TOKEN`, or as the WebSocket protocol `weft-token.TOKEN` beside `weft`; `weft` sends what WEFT_RPC_TOKEN says.',
  },
  RPC_RATE: {
    what: 'this address asks for more than its share',
    fix: 'Wait as long as `retryMs` says, and ask for less at once.',
  },
  RPC_CONNECTIONS: {
    what: 'this node has as many connections as it takes, or this address has',
    fix: 'Use one connection for many requests, and close those that are not used.',
  },
  RPC_BUSY: {
    what: 'as many large requests wait as this node keeps, or of this address',
    fix: 'Send it again later, or as several requests of at most 64 KiB.',
  },
  RPC_TIMEOUT: { what: 'the request did not arrive in time', fix: 'Send it again, whole.' },
  RPC_HTTP: { what: 'the bytes are no HTTP request' },
  RPC_PATH: {
    what: 'nothing is served there',
    fix: 'POST / and the WebSocket /, GET /health, GET /metrics.',
  },
  RPC_SOCKET: {
    what: 'subscriptions need a WebSocket',
    fix: 'Connect to the same address with ws:// in place of http://.',
  },
  RPC_SUBSCRIPTIONS: {
    what: 'the connection, or the node, has as many subscriptions as it may',
    fix: 'End some with weft_unsubscribe.',
  },
  RPC_SLOW_CLIENT: {
    what: 'the client does not read what it subscribed to',
    fix: 'Connect again and subscribe from the height after the last one seen.',
  },
  RPC_IDLE: { what: 'nothing came over the connection for a long time' },
  RPC_STOPPING: { what: 'the node is stopping' },
  RPC_ADDRESS_IN_USE: {
    what: 'the address is in use',
    fix: 'Stop what listens there, or choose another port.',
  },
  RPC_LISTEN: { what: 'the server cannot listen on this address' },
}) {}
