// The host functions as data: name, parameters, result, meaning. The host's imports, the AssemblyScript bindings
// (sdk/assembly/host.ts) and the reference page (runtime/docs/spec/host.md) are made from this table; prices are
// in types/gas-schedule.ts under the same names.

/** Import module name of every host function. */
export const HOST_MODULE = 'weft';

/** A pointer is an i32 into the contract's memory; lengths and numbers are i32, gas an i64. */
export type HostType = 'pointer' | 'i32' | 'i64';

/** One row: what a contract may import and what it means. */
export interface HostFunction {
  readonly name: string;
  readonly params: readonly { readonly name: string; readonly type: HostType }[];
  readonly result: 'i32' | undefined;
  /** The function never returns to the contract. */
  readonly ends?: true;
  /** Which bytes `price.byte` counts. */
  readonly counts: string;
  readonly doc: string;
}

/** A row; `params` are names, each a pointer unless `:i32` or `:i64` follows. */
function host(
  name: string,
  params: string,
  result: 'i32' | undefined,
  counts: string,
  doc: string,
  ends?: true,
): HostFunction {
  const list = params === '' ? [] : params.split(' ');
  return {
    name,
    params: list.map((item) => {
      const [param, type] = item.split(':');
      return { name: param!, type: (type ?? 'pointer') as HostType };
    }),
    result,
    counts,
    doc,
    ...(ends ? { ends } : {}),
  };
}

/** Every host function, in the order of the reference page. */
export const HOST_TABLE: readonly HostFunction[] = [
  host(
    'input',
    'dst',
    undefined,
    'arguments',
    'Writes the arguments of this call; their length came with the call.',
  ),
  host(
    'output',
    'src length:i32',
    undefined,
    'the result',
    'Sets what this call returns; the last one holds.',
  ),
  host(
    'revert',
    'src length:i32',
    undefined,
    'the error',
    'Ends the call: everything it did is undone, gas is exact. The bytes are error selector(4), then Borsh arguments.',
    true,
  ),
  host(
    'abort',
    'message length:i32 line:i32 column:i32',
    undefined,
    'the message',
    'Ends the call like `revert`, without data. Message (UTF-8) and place are shown to people, never hashed.',
    true,
  ),
  host(
    'context',
    'dst',
    undefined,
    'nothing',
    'Writes 160 bytes: self 32, caller 32, sender 32, value u128, height u64, time u64 (ms), hash of the block before the parent 32.',
  ),
  host(
    'storage_get',
    'key keyLength:i32 dst capacity:i32',
    'i32',
    'the key and the whole value',
    'Length of the value or -1; writes at most `capacity` of its bytes.',
  ),
  host('storage_has', 'key keyLength:i32', 'i32', 'the key', '1 if there is a value, else 0.'),
  host(
    'storage_set',
    'key keyLength:i32 src length:i32',
    undefined,
    'the key and the value',
    'Stores a value.',
  ),
  host('storage_delete', 'key keyLength:i32', undefined, 'the key', 'Removes the value, if any.'),
  host(
    'storage_past',
    'key keyLength:i32 dst capacity:i32',
    'i32',
    'the key and the whole value',
    'Like `storage_get`, of the value at the start of the block.',
  ),
  host(
    'cell_get',
    'bits:i32 key keyLength:i32 dst',
    undefined,
    'the key',
    'Writes the number of a cell at full width.',
  ),
  host('cell_set', 'bits:i32 key keyLength:i32 src', undefined, 'the key', 'Sets a cell.'),
  host(
    'cell_add',
    'bits:i32 key keyLength:i32 amount ceiling',
    'i32',
    'the key',
    '1 if the cell went up by the amount; 0 and nothing done when it would pass the ceiling (0: the maximum of the width).',
  ),
  host(
    'cell_sub',
    'bits:i32 key keyLength:i32 amount floor',
    'i32',
    'the key',
    '1 if the cell went down by the amount; 0 and nothing done when it would pass below the floor (0: zero).',
  ),
  host(
    'cell_past',
    'bits:i32 key keyLength:i32 dst',
    undefined,
    'the key',
    'Like `cell_get`, at the start of the block.',
  ),
  host(
    'emit',
    'event topics topicsLength:i32 data dataLength:i32',
    undefined,
    'topics and data',
    'Emits an event: 8 bytes of its id, a Borsh list of byte strings, Borsh data.',
  ),
  host(
    'call',
    'contract selector:i32 args argsLength:i32 value gas:i64',
    'i32',
    'the arguments and the result',
    'Calls another contract and gives the length of its result, to be fetched with `returned`. `value` points at a u128 or is 0; `gas` 0 means all but a 64th. A failing callee fails the caller.',
  ),
  host(
    'try_call',
    'contract selector:i32 args argsLength:i32 value gas:i64',
    'i32',
    'the arguments and the result',
    'Like `call`; -1 when the callee failed and was undone, and `returned` then gives code(u16), then its data.',
  ),
  host(
    'returned',
    'dst capacity:i32',
    'i32',
    'the bytes',
    'Length of what the last call returned; writes at most `capacity` of its bytes.',
  ),
  host(
    'balance',
    'address dst',
    undefined,
    'nothing',
    'Writes the native balance of an address as u128: a declared read.',
  ),
  host('balance_past', 'address dst', undefined, 'nothing', 'Like `balance`, at the start of the block.'),
  host(
    'transfer',
    'to amount',
    'i32',
    'nothing',
    'Moves native units from this contract; 0 and nothing done when it has too few. Two bounded adds.',
  ),
  host('sha256', 'src length:i32 dst', undefined, 'the bytes', 'Writes the 32 byte hash (FIPS 180-4).'),
  host(
    'keccak256',
    'src length:i32 dst',
    undefined,
    'the bytes',
    'Writes the 32 byte hash: Keccak-256 as Ethereum has it, not SHA3-256.',
  ),
  host('blake3', 'src length:i32 dst', undefined, 'the bytes', 'Writes the 32 byte hash, plain mode.'),
  host(
    'ed25519_verify',
    'signature key message length:i32',
    'i32',
    'the message',
    '1 if the signature holds under the strict rule, else 0.',
  ),
  host(
    'secp256k1_verify',
    'signature key keyLength:i32 digest',
    'i32',
    'nothing',
    '1 if r, s (64 bytes, big-endian) signs the 32 byte digest under a SEC 1 key of 33 or 65 bytes, else 0. Either half of s: see Signatures.',
  ),
  host(
    'secp256k1_recover',
    'signature recovery:i32 digest dst',
    'i32',
    'nothing',
    '1 and the key (x, y: 64 bytes, big-endian) whose signature of the digest it is; 0 and nothing written if there is none. `recovery` is 0 or 1, what Ethereum writes as v - 27.',
  ),
  host(
    'p256_verify',
    'signature key keyLength:i32 digest',
    'i32',
    'nothing',
    'Like `secp256k1_verify`, on P-256 (secp256r1): passkeys, ES256, secure elements.',
  ),
  host(
    'mul_div',
    'a b denominator dst',
    'i32',
    'nothing',
    '1 and 64 bytes: a × b / denominator rounded down, then the remainder, all u256, the product at full 512 bits; 0 and nothing written when the denominator is 0 or the quotient needs more than 256 bits.',
  ),
  host(
    'log',
    'src length:i32',
    undefined,
    'the text',
    'A line of UTF-8 for development nodes; the same gas everywhere.',
  ),
];
