// Methods that exist on development chains only.
import type { RpcBackend } from '../backend.js';
import { wholeField, withDefault } from '../fields.js';
import { objectSchema, WHOLE } from '../json-schema.js';
import { type Method, method } from '../method.js';

const SEAL_MAX = 10_000;

export function devMethods(backend: RpcBackend): readonly Method[] {
  const { seal } = backend;
  if (seal === undefined) return [];
  return [
    method({
      name: 'dev_seal',
      summary: 'seals blocks now, empty ones too, after those under way',
      description: '`height`: of the last one.',
      params: { count: withDefault(wholeField(SEAL_MAX), 1) },
      result: objectSchema({ height: WHOLE }),
      errors: ['SEAL_*'],
      run: async ({ count }) => ({ height: await seal(count) }),
    }),
  ];
}
