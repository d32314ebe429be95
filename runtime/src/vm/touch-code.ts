// Code a call reaches. What the block's access sets reach is bounded before it runs; in the tail any other code may be
// met, so its first touch in a transaction is paid before the node does anything for it: compiles it, posts it to a thread.
import { bytesText } from '../base/bytes.js';
import type { Hash32 } from '../types/address.js';
import type { CompiledCode } from './compiled-code.js';
import type { Frame } from './frame.js';

/** The code, or undefined when the chain has none of that hash. Ends the call where it cannot pay. */
export function touchCode(frame: Frame, codeHash: Hash32): CompiledCode | undefined {
  const { run } = frame;
  const { codes } = run.block;
  if (run.tail) {
    const text = bytesText(codeHash);
    run.touchedCode ??= new Set();
    if (!run.touchedCode.has(text) && run.block.reached?.has(text) !== true) {
      const size = codes.sizeOf(codeHash);
      if (size === undefined) return undefined;
      run.touchedCode.add(text);
      frame.charge(run.schedule.code.touchByte * size);
    }
  }
  return codes.code(codeHash);
}
