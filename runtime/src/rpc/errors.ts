// Refusals of the RPC edge, before anything below it is asked.
import { defineErrors } from '../base/errors.js';

export class RpcError extends defineErrors('RpcError', {
  RPC_PARAMETER: {
    what: 'a parameter is missing, unknown or not of its type',
    fix: 'See the method in runtime/docs/spec/rpc.md.',
  },
  RPC_HOST: {
    what: 'the Host header names a host this node does not serve',
    fix: 'Use the printed address, or allow the host in the node configuration.',
  },
  RPC_ORIGIN: {
    what: 'a web page of this origin may not call this node',
    fix: 'Allow the origin in the node configuration.',
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
  RPC_ADDRESS_IN_USE: {
    what: 'the address is in use',
    fix: 'Stop what listens there, or choose another port.',
  },
  RPC_LISTEN: { what: 'the server cannot listen on this address' },
}) {}
