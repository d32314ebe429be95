// Values of the scripts as JavaScript passes them. Floats go by their bits, as far as the boundary keeps them.
import type { Constant } from './script.js';

const view = new DataView(new ArrayBuffer(8));
const externs = new Map<string, object>();

/** The value to pass for a constant. */
export function passed({ type, value = '0' }: Constant): unknown {
  switch (type) {
    case 'i32':
      return Number(value) | 0;
    case 'i64':
      return BigInt.asIntN(64, BigInt(value));
    case 'f32':
      view.setUint32(0, Number(value));
      return view.getFloat32(0);
    case 'f64':
      view.setBigUint64(0, BigInt(value));
      return view.getFloat64(0);
    default:
      return value === 'null' ? null : extern(value);
  }
}

/** Whether a result is the constant; any NaN is taken for a NaN, as payloads do not cross the boundary intact. */
export function isConstant(result: unknown, constant: Constant): boolean {
  const { type, value = '0' } = constant;
  if (value.startsWith('nan:')) return Number.isNaN(result);
  if (type === 'funcref' && value !== 'null') return typeof result === 'function';
  return Object.is(result, passed(constant));
}

/** One object for each number, so that identity can be told. */
function extern(value: string): object {
  const known = externs.get(value);
  if (known !== undefined) return known;
  const made = { extern: value };
  externs.set(value, made);
  return made;
}
