// What contracts see of the block, as bytes in the arena. Not a format of the chain.
import { Reader, Writer } from '../../base/codec.js';
import type { BlockInput } from '../../types/outcome.js';
import { type Arena, HEADER, heapCopy } from './arena.js';

/** The part of a block's input that contracts can ask for, and whether their runs are to be timed. */
export type SeenBlock = Pick<BlockInput, 'height' | 'time' | 'grandparentHash'> & { readonly timed: boolean };

export function encodeSeenBlock({
  height,
  time,
  grandparentHash,
  timed,
}: Omit<BlockInput, 'rule'>): Uint8Array {
  const writer = new Writer().number64(height).number64(time).fixed(grandparentHash, 32);
  return writer.u8(timed === true ? 1 : 0).finish();
}

/** Of the job in an arena. */
export function readSeenBlock(arena: Arena): SeenBlock {
  const bytes = heapCopy(arena, arena.words[HEADER.contextAt]!, arena.words[HEADER.contextLength]!);
  const reader = new Reader(bytes ?? new Uint8Array(0), 'block context');
  const height = reader.number64();
  const time = reader.number64();
  const grandparentHash = reader.fixed(32);
  return { height, time, grandparentHash, timed: reader.u8() === 1 };
}
