// Room for a snapshot being made, in memory.
import type { Spool } from '@weft/runtime/chain/snapshot/spooled-content';

export function memorySpool(): Spool {
  let bytes = Buffer.alloc(0);
  return {
    async append(more) {
      const at = bytes.length;
      bytes = Buffer.concat([bytes, more]);
      return at;
    },
    read: async (from, length) => new Uint8Array(bytes.subarray(from, from + length)),
    async close() {
      bytes = Buffer.alloc(0);
    },
  };
}
