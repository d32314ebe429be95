// Borsh for contracts: sizes, writing, strict reading. A value has one encoding and it is used to the last byte;
// anything else reverts with `BadArguments()`. Generated struct code implements the same protocol as u128 and Address:
// __size, __encode, and either __view (fixed width, used where it lies) or __decode.
import { ERROR_ARGUMENTS, failCode } from './failure';
import { ZERO } from './room';

let at: usize = 0;
let end: usize = 0;

/** Bytes of the value's encoding. */
export function sizeOf<T>(value: T): usize {
  if (isBoolean<T>() || isInteger<T>()) return sizeof<T>();
  if (isNullable<T>()) {
    if (changetype<usize>(value) == 0) return 1;
    return 1 + sizeOf<NonNullable<T>>(changetype<NonNullable<T>>(changetype<usize>(value)));
  }
  if (isString<T>()) return 4 + String.UTF8.byteLength(changetype<string>(changetype<usize>(value)));
  if (isArray<T>()) {
    let size: usize = 4;
    for (let i = 0; i < value.length; i++) size += sizeOf<valueof<T>>(unchecked(value[i]));
    return size;
  }
  if (isManaged<T>()) {
    if (idof<T>() == idof<Uint8Array>()) return 4 + changetype<Uint8Array>(changetype<usize>(value)).length;
  }
  if (isDefined(value.__size)) return value.__size();
  ERROR('this type has no encoding: use integers, bool, string, Uint8Array, u128, Address, Hash, arrays, @struct classes');
  return 0;
}

/** Writes the value at an address; the address behind it. */
export function encode<T>(to: usize, value: T): usize {
  if (isBoolean<T>() || isInteger<T>()) {
    store<T>(to, value);
    return to + sizeof<T>();
  }
  if (isNullable<T>()) {
    if (changetype<usize>(value) == 0) {
      store<u8>(to, 0);
      return to + 1;
    }
    store<u8>(to, 1);
    return encode<NonNullable<T>>(to + 1, changetype<NonNullable<T>>(changetype<usize>(value)));
  }
  if (isString<T>()) {
    const text = changetype<string>(changetype<usize>(value));
    const size = String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, to + 4, false, String.UTF8.ErrorMode.REPLACE);
    store<u32>(to, <u32>size);
    return to + 4 + size;
  }
  if (isArray<T>()) {
    store<u32>(to, <u32>value.length);
    let next = to + 4;
    for (let i = 0; i < value.length; i++) next = encode<valueof<T>>(next, unchecked(value[i]));
    return next;
  }
  if (isManaged<T>()) {
    if (idof<T>() == idof<Uint8Array>()) {
      const bytes = changetype<Uint8Array>(changetype<usize>(value));
      store<u32>(to, <u32>bytes.length);
      memory.copy(to + 4, bytes.dataStart, bytes.length);
      return to + 4 + bytes.length;
    }
  }
  return value.__encode(to);
}

/** Starts reading `length` bytes at an address. */
export function open(from: usize, length: usize): void {
  at = from;
  end = from + length;
}

/** Ends reading: bytes left over revert. */
export function close(): void {
  if (at != end) failCode(ERROR_ARGUMENTS);
}

/** Reads one value. Fixed-width classes are views of the bytes read from, which stay where they are for the call. */
export function decode<T>(): T {
  if (isBoolean<T>()) {
    const byte = load<u8>(take(1));
    if (byte > 1) failCode(ERROR_ARGUMENTS);
    return byte == 1;
  }
  if (isInteger<T>()) return load<T>(take(sizeof<T>()));
  if (isNullable<T>()) {
    const tag = load<u8>(take(1));
    if (tag > 1) failCode(ERROR_ARGUMENTS);
    if (tag == 0) return changetype<T>(0);
    return changetype<T>(changetype<usize>(decode<NonNullable<T>>()));
  }
  if (isString<T>()) {
    const length: usize = load<u32>(take(4));
    const from = take(length);
    if (!isUtf8(from, length)) failCode(ERROR_ARGUMENTS);
    return changetype<T>(changetype<usize>(String.UTF8.decodeUnsafe(from, length)));
  }
  if (isArray<T>()) {
    const length = load<u32>(take(4));
    // Every element takes at least a byte, so no length past the bytes is ever allocated.
    if (<usize>length > end - at) failCode(ERROR_ARGUMENTS);
    const list = new Array<valueof<T>>(<i32>length);
    for (let i = 0; i < <i32>length; i++) unchecked((list[i] = decode<valueof<T>>()));
    return changetype<T>(changetype<usize>(list));
  }
  if (isManaged<T>()) {
    if (idof<T>() == idof<Uint8Array>()) {
      const length: usize = load<u32>(take(4));
      const from = take(length);
      const bytes = new Uint8Array(<i32>length);
      memory.copy(bytes.dataStart, from, length);
      return changetype<T>(changetype<usize>(bytes));
    }
  }
  const none = changetype<T>(0);
  if (isDefined(none.__view)) return none.__view(take(none.__width()));
  return none.__decode();
}

/** The value an absent key reads as: 0, false, empty, none, a struct of such. */
export function zeroOf<T>(): T {
  if (isBoolean<T>() || isInteger<T>()) return <T>0;
  if (isNullable<T>()) return changetype<T>(0);
  if (isString<T>()) return changetype<T>(changetype<usize>(''));
  if (isArray<T>()) return changetype<T>(changetype<usize>(new Array<valueof<T>>(0)));
  if (isManaged<T>()) {
    if (idof<T>() == idof<Uint8Array>()) return changetype<T>(changetype<usize>(new Uint8Array(0)));
  }
  const none = changetype<T>(0);
  if (isDefined(none.__view)) return none.__view(ZERO);
  return none.__zero();
}

/** The encoding as bytes of their own. */
export function toBytes<T>(value: T): Uint8Array {
  const bytes = new Uint8Array(<i32>sizeOf<T>(value));
  encode<T>(bytes.dataStart, value);
  return bytes;
}

/** The value of an encoding, strictly. */
export function fromBytes<T>(bytes: Uint8Array): T {
  const outerAt = at;
  const outerEnd = end;
  open(bytes.dataStart, bytes.length);
  const value = decode<T>();
  close();
  at = outerAt;
  end = outerEnd;
  return value;
}

function take(size: usize): usize {
  const from = at;
  if (end - from < size) failCode(ERROR_ARGUMENTS);
  at = from + size;
  return from;
}

/** RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF. */
function isUtf8(from: usize, length: usize): bool {
  const stop = from + length;
  while (from < stop) {
    const lead = load<u8>(from++);
    if (lead < 0x80) continue;
    let more: usize = 1;
    let low: u8 = 0x80;
    let high: u8 = 0xbf;
    if (lead < 0xc2 || lead > 0xf4) return false;
    if (lead >= 0xf0) {
      more = 3;
      if (lead == 0xf0) low = 0x90;
      if (lead == 0xf4) high = 0x8f;
    } else if (lead >= 0xe0) {
      more = 2;
      if (lead == 0xe0) low = 0xa0;
      if (lead == 0xed) high = 0x9f;
    }
    if (stop - from < more) return false;
    const second = load<u8>(from);
    if (second < low || second > high) return false;
    for (let i: usize = 1; i < more; i++) if ((load<u8>(from + i) & 0xc0) != 0x80) return false;
    from += more;
  }
  return true;
}
