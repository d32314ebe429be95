// Text for developers: same gas everywhere, shown by development nodes only, never hashed.
import { log as hostLog } from './host';

export function log(text: string): void {
  const size = String.UTF8.byteLength(text);
  const at = heap.alloc(size);
  String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, at, false, String.UTF8.ErrorMode.REPLACE);
  hostLog(at, <i32>size);
}
