// Who may ask: Host and Origin are checked, so that a web page cannot reach a local node through DNS rebinding or a
// cross-site request; a token, where the node has one. Answers are remembered by header text, which hardly varies.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { RpcError } from './errors.js';

export interface GateOptions {
  /** The address it listens on. */
  readonly host: string;
  /** Host names served besides localhost, 127.0.0.1, [::1] and `host`, without ports. */
  readonly allowedHosts?: readonly string[];
  /** Origins of web pages that may call, as the browser sends them; default none. A request without Origin passes. */
  readonly allowedOrigins?: readonly string[];
  /** What every request must carry; default: nothing. */
  readonly token?: string;
}

/** The subprotocol of the WebSocket, and the prefix of the one a browser carries a token in. */
export const SOCKET_PROTOCOL = 'weft';
const TOKEN_PROTOCOL = 'weft-token.';
const BEARER = 'Bearer ';
/** Host texts remembered. */
const HOSTS_MAX = 64;

/** The refusal of a request by its headers, and the HTTP status that says so. */
export interface GateRefusal {
  readonly status: 401 | 403;
  readonly error: RpcError;
}

export interface Gate {
  /** `open`: no token is asked for. */
  check(request: IncomingMessage, open?: boolean): GateRefusal | undefined;
}

export function createGate({ host, allowedHosts = [], allowedOrigins = [], token }: GateOptions): Gate {
  const hosts = new Set(['localhost', '127.0.0.1', '[::1]', host, `[${host}]`, ...allowedHosts]);
  const origins = new Set(allowedOrigins);
  const known = new Set<string>();
  const expected = token === undefined ? undefined : digest(token);
  return {
    check({ headers }, open = false) {
      const named = headers.host ?? '';
      if (!known.has(named)) {
        const name = named.replace(/:[0-9]+$/, '').toLowerCase();
        if (!hosts.has(name)) return refusal(403, new RpcError('RPC_HOST', { got: name.slice(0, 100) }));
        if (known.size >= HOSTS_MAX) known.clear();
        known.add(named);
      }
      const { origin } = headers;
      if (origin !== undefined && !origins.has(origin))
        return refusal(403, new RpcError('RPC_ORIGIN', { got: origin.slice(0, 100) }));
      if (expected === undefined || open) return undefined;
      const given = tokenOf(headers);
      if (given !== undefined && timingSafeEqual(digest(given), expected)) return undefined;
      return refusal(401, new RpcError('RPC_TOKEN'));
    },
  };
}

function refusal(status: GateRefusal['status'], error: RpcError): GateRefusal {
  return { status, error };
}

function tokenOf(headers: IncomingMessage['headers']): string | undefined {
  const { authorization } = headers;
  if (authorization?.startsWith(BEARER)) return authorization.slice(BEARER.length);
  const protocols = headers['sec-websocket-protocol']?.split(',') ?? [];
  const carried = protocols.map((one) => one.trim()).find((one) => one.startsWith(TOKEN_PROTOCOL));
  return carried?.slice(TOKEN_PROTOCOL.length);
}

/** Of equal length whatever the token: comparing takes the same time. */
function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
