// Names of functions for error messages: the name section where it can be read, else an export's name. Never trusted.
import { ByteReader } from './byte-reader.js';
import { WasmError } from './errors.js';
import type { WasmModule } from './module.js';

const FUNCTION_NAMES = 1;
const TEXT_MAX = 128;

/** What names functions. */
type Names = Pick<WasmModule, 'bytes' | 'customs' | 'exports'>;

/** Names the function in whatever `read` refuses. */
export function inFunction<T>(module: Names, index: number, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof WasmError)) throw cause;
    const place = `${describeFunction(module, index)}, ${cause.context.place ?? ''}`;
    throw new WasmError(
      cause.code as ConstructorParameters<typeof WasmError>[0],
      { ...cause.context, place },
      cause,
    );
  }
}

/** `function 12 (transfer)`, or the index alone where nothing names it. */
export function describeFunction(module: Names, index: number): string {
  const name = functionName(module, index);
  return name === undefined ? `function ${index}` : `function ${index} (${name.slice(0, TEXT_MAX)})`;
}

/** The name of a function, or undefined; reads the section anew, so only errors call it. */
export function functionName(module: Names, index: number): string | undefined {
  const section = module.customs.find((custom) => custom.name === 'name');
  const named = section && readName(new ByteReader(module.bytes, section.payload, section.end), index);
  if (named !== undefined) return named;
  return module.exports.find((entry) => entry.kind === 'function' && entry.index === index)?.name;
}

function readName(reader: ByteReader, wanted: number): string | undefined {
  try {
    while (reader.remaining > 0) {
      const id = reader.u8();
      const size = reader.u32();
      const start = reader.skip(size);
      if (id !== FUNCTION_NAMES) continue;
      const inside = new ByteReader(reader.bytes, start, start + size);
      for (let left = inside.count(); left > 0; left--) {
        const index = inside.u32();
        const name = inside.name();
        if (index === wanted) return name;
      }
    }
  } catch {
    // A broken name section only costs the name.
  }
  return undefined;
}
