// Address and Hash: 32 bytes used where they lie (arguments, context, stored values), never copied or changed.
import { ZERO } from './room';
import { copy32 } from './words';

/** The address of an account or a contract. */
@final @unmanaged
export class Address {
  private a: u64;
  private b: u64;
  private c: u64;
  private d: u64;

  /** The address of all zeros: nobody's. */
  static zero(): Address {
    return changetype<Address>(ZERO);
  }
  /** The address whose 32 bytes lie in a hash. */
  // @ts-ignore: decorator
  @inline static fromHash(hash: Hash): Address {
    return changetype<Address>(changetype<usize>(hash));
  }
  // @ts-ignore: decorator
  @inline toHash(): Hash {
    return changetype<Hash>(changetype<usize>(this));
  }
  isZero(): bool {
    return equal32(changetype<usize>(this), ZERO);
  }

  // @ts-ignore: decorator
  @inline @operator('==')
  static eq(a: Address | null, b: Address | null): bool {
    return same32(changetype<usize>(a), changetype<usize>(b));
  }
  // @ts-ignore: decorator
  @inline @operator('!=')
  static ne(a: Address | null, b: Address | null): bool {
    return !same32(changetype<usize>(a), changetype<usize>(b));
  }

  /** 64 hexadecimal digits. */
  toString(): string {
    return hex32(changetype<usize>(this));
  }

  // The codec's protocol (codec.ts).
  __size(): usize {
    return 32;
  }
  __encode(at: usize): usize {
    copy32(at, changetype<usize>(this));
    return at + 32;
  }
  __width(): usize {
    return 32;
  }
  __view(at: usize): Address {
    return changetype<Address>(at);
  }
}

/** 32 bytes that are no address: a hash, an identifier. */
@final @unmanaged
export class Hash {
  private a: u64;
  private b: u64;
  private c: u64;
  private d: u64;

  static zero(): Hash {
    return changetype<Hash>(ZERO);
  }
  isZero(): bool {
    return equal32(changetype<usize>(this), ZERO);
  }

  // @ts-ignore: decorator
  @inline @operator('==')
  static eq(a: Hash | null, b: Hash | null): bool {
    return same32(changetype<usize>(a), changetype<usize>(b));
  }
  // @ts-ignore: decorator
  @inline @operator('!=')
  static ne(a: Hash | null, b: Hash | null): bool {
    return !same32(changetype<usize>(a), changetype<usize>(b));
  }

  /** 64 hexadecimal digits. */
  toString(): string {
    return hex32(changetype<usize>(this));
  }

  __size(): usize {
    return 32;
  }
  __encode(at: usize): usize {
    copy32(at, changetype<usize>(this));
    return at + 32;
  }
  __width(): usize {
    return 32;
  }
  __view(at: usize): Hash {
    return changetype<Hash>(at);
  }
}

/** Equal bytes; null equals null only, which is how `x == null` reads. */
function same32(a: usize, b: usize): bool {
  if (a == b) return true;
  return a != 0 && b != 0 && equal32(a, b);
}

function equal32(a: usize, b: usize): bool {
  return (
    ((load<u64>(a) ^ load<u64>(b)) |
      (load<u64>(a, 8) ^ load<u64>(b, 8)) |
      (load<u64>(a, 16) ^ load<u64>(b, 16)) |
      (load<u64>(a, 24) ^ load<u64>(b, 24))) ==
    0
  );
}

function hex32(at: usize): string {
  let text = '';
  for (let i: usize = 0; i < 32; i++) {
    const byte = load<u8>(at + i);
    text += HEX.charAt(byte >> 4) + HEX.charAt(byte & 15);
  }
  return text;
}

const HEX = '0123456789abcdef';
