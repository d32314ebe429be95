// The OpenRPC document (spec.open-rpc.org, 1.3) of a table of methods.
import { explainError } from '../base/errors.js';
import { RPC_CODES } from './dispatch.js';
import type { JsonSchema } from './json-schema.js';
import type { Method } from './method.js';

/** Of the surface, raised when a method changes what it takes or answers. */
export const RPC_VERSION = '0.3.0';

/** One document; method order is the table's. */
export function createOpenRpc(table: readonly Method[]) {
  return {
    openrpc: '1.3.2',
    info: {
      title: 'Weft JSON-RPC',
      version: RPC_VERSION,
      license: { name: 'Apache-2.0' },
    },
    methods: table.map(methodObject),
  };
}

function methodObject({ name, summary, description, params, result, errors }: Method) {
  return {
    name,
    summary,
    ...(description === undefined ? {} : { description }),
    paramStructure: 'either',
    params: Object.entries(params).map(([parameter, { schema: whole, absent }]) => {
      const { description: about, ...schema } = whole;
      return {
        name: parameter,
        required: absent === undefined,
        ...(about === undefined ? {} : { description: about }),
        schema,
      };
    }),
    result: { name: 'result', schema: result },
    errors: ['RPC_PARAMETER', ...errors].map(errorObject),
  };
}

/** `data.code` is the stable code; a name ending in `*` stands for all of its layer. */
function errorObject(code: string) {
  const message = explainError(code)?.what ?? `any code ${code}`;
  const schema: JsonSchema = code.endsWith('*')
    ? { type: 'string', pattern: `^${code.slice(0, -1)}` }
    : { const: code };
  return {
    code: code === 'RPC_PARAMETER' ? RPC_CODES.invalidParams : RPC_CODES.refused,
    message,
    data: { type: 'object', properties: { code: schema } },
  };
}
