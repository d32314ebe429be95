// The host functions a contract may import, module "weft". Generated from runtime/src/vm/host-table.ts: `npm run generate`.

/** Writes the arguments of this call; their length came with the call. */
// @ts-ignore: decorator
@external('weft', 'input')
export declare function input(dst: usize): void;

/** Sets what this call returns; the last one holds. */
// @ts-ignore: decorator
@external('weft', 'output')
export declare function output(src: usize, length: i32): void;

/** Ends the call: everything it did is undone, gas is exact. The bytes are error selector(4), then Borsh arguments. */
// @ts-ignore: decorator
@external('weft', 'revert')
export declare function revert(src: usize, length: i32): void;

/** Ends the call like `revert`, without data. Message (UTF-8) and place are shown to people, never hashed. */
// @ts-ignore: decorator
@external('weft', 'abort')
export declare function abort(message: usize, length: i32, line: i32, column: i32): void;

/** Writes 160 bytes: self 32, caller 32, sender 32, value u128, height u64, time u64 (ms), hash of the block before the parent 32. */
// @ts-ignore: decorator
@external('weft', 'context')
export declare function context(dst: usize): void;

/** Length of the value or -1; writes at most `capacity` of its bytes. */
// @ts-ignore: decorator
@external('weft', 'storage_get')
export declare function storage_get(key: usize, keyLength: i32, dst: usize, capacity: i32): i32;

/** 1 if there is a value, else 0. */
// @ts-ignore: decorator
@external('weft', 'storage_has')
export declare function storage_has(key: usize, keyLength: i32): i32;

/** Stores a value. */
// @ts-ignore: decorator
@external('weft', 'storage_set')
export declare function storage_set(key: usize, keyLength: i32, src: usize, length: i32): void;

/** Removes the value, if any. */
// @ts-ignore: decorator
@external('weft', 'storage_delete')
export declare function storage_delete(key: usize, keyLength: i32): void;

/** Like `storage_get`, of the value at the start of the block. */
// @ts-ignore: decorator
@external('weft', 'storage_past')
export declare function storage_past(key: usize, keyLength: i32, dst: usize, capacity: i32): i32;

/** Writes the number of a cell at full width. */
// @ts-ignore: decorator
@external('weft', 'cell_get')
export declare function cell_get(bits: i32, key: usize, keyLength: i32, dst: usize): void;

/** Sets a cell. */
// @ts-ignore: decorator
@external('weft', 'cell_set')
export declare function cell_set(bits: i32, key: usize, keyLength: i32, src: usize): void;

/** 1 if the cell went up by the amount; 0 and nothing done when it would pass the ceiling (0: the maximum of the width). */
// @ts-ignore: decorator
@external('weft', 'cell_add')
export declare function cell_add(bits: i32, key: usize, keyLength: i32, amount: usize, ceiling: usize): i32;

/** 1 if the cell went down by the amount; 0 and nothing done when it would pass below the floor (0: zero). */
// @ts-ignore: decorator
@external('weft', 'cell_sub')
export declare function cell_sub(bits: i32, key: usize, keyLength: i32, amount: usize, floor: usize): i32;

/** Like `cell_get`, at the start of the block. */
// @ts-ignore: decorator
@external('weft', 'cell_past')
export declare function cell_past(bits: i32, key: usize, keyLength: i32, dst: usize): void;

/** Emits an event: 8 bytes of its id, a Borsh list of byte strings, Borsh data. */
// @ts-ignore: decorator
@external('weft', 'emit')
export declare function emit(event: usize, topics: usize, topicsLength: i32, data: usize, dataLength: i32): void;

/** Calls another contract and gives the length of its result, to be fetched with `returned`. `value` points at a u128 or is 0; `gas` 0 means all but a 64th. A failing callee fails the caller. */
// @ts-ignore: decorator
@external('weft', 'call')
export declare function call(contract: usize, selector: i32, args: usize, argsLength: i32, value: usize, gas: i64): i32;

/** Like `call`; -1 when the callee failed and was undone, and `returned` then gives code(u16), then its data. */
// @ts-ignore: decorator
@external('weft', 'try_call')
export declare function try_call(contract: usize, selector: i32, args: usize, argsLength: i32, value: usize, gas: i64): i32;

/** Length of what the last call returned; writes at most `capacity` of its bytes. */
// @ts-ignore: decorator
@external('weft', 'returned')
export declare function returned(dst: usize, capacity: i32): i32;

/** Writes the native balance of an address as u128: a declared read. */
// @ts-ignore: decorator
@external('weft', 'balance')
export declare function balance(address: usize, dst: usize): void;

/** Like `balance`, at the start of the block. */
// @ts-ignore: decorator
@external('weft', 'balance_past')
export declare function balance_past(address: usize, dst: usize): void;

/** Moves native units from this contract; 0 and nothing done when it has too few. Two bounded adds. */
// @ts-ignore: decorator
@external('weft', 'transfer')
export declare function transfer(to: usize, amount: usize): i32;

/** Writes the 32 byte hash (FIPS 180-4). */
// @ts-ignore: decorator
@external('weft', 'sha256')
export declare function sha256(src: usize, length: i32, dst: usize): void;

/** Writes the 32 byte hash: Keccak-256 as Ethereum has it, not SHA3-256. */
// @ts-ignore: decorator
@external('weft', 'keccak256')
export declare function keccak256(src: usize, length: i32, dst: usize): void;

/** Writes the 32 byte hash, plain mode. */
// @ts-ignore: decorator
@external('weft', 'blake3')
export declare function blake3(src: usize, length: i32, dst: usize): void;

/** 1 if the signature holds under the strict rule, else 0. */
// @ts-ignore: decorator
@external('weft', 'ed25519_verify')
export declare function ed25519_verify(signature: usize, key: usize, message: usize, length: i32): i32;

/** 1 if r, s (64 bytes, big-endian) signs the 32 byte digest under a SEC 1 key of 33 or 65 bytes, else 0. Either half of s: see Signatures. */
// @ts-ignore: decorator
@external('weft', 'secp256k1_verify')
export declare function secp256k1_verify(signature: usize, key: usize, keyLength: i32, digest: usize): i32;

/** 1 and the key (x, y: 64 bytes, big-endian) whose signature of the digest it is; 0 and nothing written if there is none. `recovery` is 0 or 1, what Ethereum writes as v - 27. */
// @ts-ignore: decorator
@external('weft', 'secp256k1_recover')
export declare function secp256k1_recover(signature: usize, recovery: i32, digest: usize, dst: usize): i32;

/** Like `secp256k1_verify`, on P-256 (secp256r1): passkeys, ES256, secure elements. */
// @ts-ignore: decorator
@external('weft', 'p256_verify')
export declare function p256_verify(signature: usize, key: usize, keyLength: i32, digest: usize): i32;

/** 1 and 64 bytes: a × b / denominator rounded down, then the remainder, all u256, the product at full 512 bits; 0 and nothing written when the denominator is 0 or the quotient needs more than 256 bits. */
// @ts-ignore: decorator
@external('weft', 'mul_div')
export declare function mul_div(a: usize, b: usize, denominator: usize, dst: usize): i32;

/** A line of UTF-8 for development nodes; the same gas everywhere. */
// @ts-ignore: decorator
@external('weft', 'log')
export declare function log(src: usize, length: i32): void;
