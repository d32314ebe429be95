// What Ethereum's peers run: a token of ours assembled by hand, with the interface of ERC-20 (transfer, balanceOf, the
// Transfer event), and signed legacy transactions.
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';

const OPCODES: Readonly<Record<string, number>> = {
  ADD: 0x01,
  SUB: 0x03,
  LT: 0x10,
  EQ: 0x14,
  SHR: 0x1c,
  KECCAK256: 0x20,
  CALLER: 0x33,
  CALLDATALOAD: 0x35,
  CODECOPY: 0x39,
  MLOAD: 0x51,
  MSTORE: 0x52,
  SLOAD: 0x54,
  SSTORE: 0x55,
  JUMPI: 0x57,
  JUMPDEST: 0x5b,
  DUP1: 0x80,
  DUP2: 0x81,
  DUP3: 0x82,
  DUP4: 0x83,
  SWAP1: 0x90,
  SWAP2: 0x91,
  LOG3: 0xa3,
  RETURN: 0xf3,
  REVERT: 0xfd,
};
const PUSH1 = 0x60;
const keccakHex = (text: string): string =>
  Buffer.from(keccak_256(new TextEncoder().encode(text))).toString('hex');
const selector = (signature: string): string => keccakHex(signature).slice(0, 8);

// A balance lies at keccak(address ‖ 0), as Solidity lays a mapping in slot 0: memory holds the address, then zeros.
// Behind each line what the stack holds after it, top last. The supply bounds every sum, so that ADD cannot wrap.
const SLOT = '00 MSTORE 40 00 KECCAK256';
const TOKEN = `
  00 CALLDATALOAD e0 SHR
  DUP1 ${selector('transfer(address,uint256)')} EQ @transfer JUMPI
  DUP1 ${selector('balanceOf(address)')} EQ @balanceOf JUMPI
  :fail 00 DUP1 REVERT
  :transfer
  CALLER ${SLOT} DUP1 SLOAD                             ; payer's slot, held
  24 CALLDATALOAD DUP1 DUP3 LT @fail JUMPI              ; slot, held, amount
  DUP1 SWAP2 SUB DUP3 SSTORE                            ; slot, amount
  04 CALLDATALOAD DUP1 ${SLOT} DUP1 SLOAD               ; slot, amount, payee, payee's slot, held
  DUP4 ADD SWAP1 SSTORE                                 ; slot, amount, payee
  SWAP1 00 MSTORE CALLER ${keccakHex('Transfer(address,address,uint256)')} 20 00 LOG3
  01 00 MSTORE 20 00 RETURN
  :balanceOf
  04 CALLDATALOAD ${SLOT} SLOAD 00 MSTORE 20 00 RETURN
`;
/** Of whoever creates the token. */
export const SUPPLY = 2n ** 120n;

/** Assembles: hexadecimal pushes, `:label` is a jump's destination, `@label` pushes it, `;` begins a remark. */
export function assemble(source: string): Uint8Array {
  const words = source
    .split('\n')
    .flatMap((line) => line.replace(/;.*/, '').trim().split(/\s+/))
    .filter((word) => word !== '');
  const bytes: number[] = [];
  const labels = new Map<string, number>();
  const uses: { readonly at: number; readonly label: string }[] = [];
  for (const word of words) {
    const opcode = OPCODES[word];
    if (opcode !== undefined) bytes.push(opcode);
    else if (word.startsWith(':')) {
      labels.set(word.slice(1), bytes.length);
      bytes.push(OPCODES['JUMPDEST'] as number);
    } else if (word.startsWith('@')) {
      uses.push({ at: bytes.length + 1, label: word.slice(1) });
      bytes.push(PUSH1, 0);
    } else {
      const pushed = Buffer.from(word, 'hex');
      if (pushed.length === 0) throw new RangeError(`no instruction: ${word}`);
      bytes.push(PUSH1 + pushed.length - 1, ...pushed);
    }
  }
  for (const { at, label } of uses) {
    const target = labels.get(label);
    if (target === undefined || target > 0xff) throw new RangeError(`no label within reach: ${label}`);
    bytes[at] = target;
  }
  return Uint8Array.from(bytes);
}

/** The token's code with a constructor before it that gives its creator the whole supply. */
export function tokenInitCode(): Uint8Array {
  const token = assemble(TOKEN);
  const length = token.length.toString(16).padStart(4, '0');
  const head = (offset: string) =>
    assemble(`
      ${SUPPLY.toString(16).padStart(32, '0')} CALLER ${SLOT} SSTORE
      ${length} DUP1 ${offset} 00 CODECOPY 00 RETURN
    `);
  const offset = head('00').length.toString(16).padStart(2, '0');
  return Uint8Array.from([...head(offset), ...token]);
}

/** Arguments of `transfer(address,uint256)`, selector first. */
export function transferData(to: Uint8Array, amount: bigint): Uint8Array {
  const data = Buffer.alloc(68);
  data.write(selector('transfer(address,uint256)'), 'hex');
  data.set(to, 16);
  data.write(amount.toString(16).padStart(64, '0'), 36, 'hex');
  return data;
}

/** An account of the peers' chains. */
export interface EthereumAccount {
  readonly secret: Uint8Array;
  readonly address: Uint8Array;
}

export function ethereumAccount(index: number): EthereumAccount {
  const secret = new Uint8Array(32).fill(1);
  new DataView(secret.buffer).setUint32(28, index + 1);
  const publicKey = secp256k1.getPublicKey(secret, false);
  return { secret, address: keccak_256(publicKey.subarray(1)).slice(12) };
}

/** Where a contract created by an account's n-th transaction lies. */
export function createdAddress(creator: Uint8Array, nonce: bigint): Uint8Array {
  return keccak_256(rlp([creator, nonce])).slice(12);
}

export interface LegacyTransaction {
  readonly nonce: bigint;
  readonly gasLimit: bigint;
  readonly to: Uint8Array | undefined;
  readonly data: Uint8Array;
}

/** A signed legacy transaction of gas price 1 gwei, bound to a chain (EIP-155). */
export function signLegacy(
  { secret }: EthereumAccount,
  transaction: LegacyTransaction,
  chainId: bigint,
): Uint8Array {
  const { nonce, gasLimit, to = new Uint8Array(0), data } = transaction;
  const fields: readonly (Uint8Array | bigint)[] = [nonce, 10n ** 9n, gasLimit, to, 0n, data];
  const hash = keccak_256(rlp([...fields, chainId, 0n, 0n]));
  const signed = secp256k1.sign(hash, secret, { prehash: false, format: 'recovered' });
  const number = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  const parity = BigInt(signed[0] as number);
  return rlp([
    ...fields,
    chainId * 2n + 35n + parity,
    number(signed.subarray(1, 33)),
    number(signed.subarray(33, 65)),
  ]);
}

/** A list of byte strings and numbers in Ethereum's recursive length prefix. */
function rlp(items: readonly (Uint8Array | bigint)[]): Uint8Array {
  const body = Buffer.concat(
    items.map((item) => {
      const bytes = typeof item === 'bigint' ? bigEndian(item) : item;
      if (bytes.length === 1 && (bytes[0] as number) < 0x80) return bytes;
      return Buffer.concat([lengthPrefix(bytes.length, 0x80), bytes]);
    }),
  );
  return new Uint8Array(Buffer.concat([lengthPrefix(body.length, 0xc0), body]));
}

function lengthPrefix(length: number, base: number): Uint8Array {
  if (length < 56) return Uint8Array.of(base + length);
  const bytes = bigEndian(BigInt(length));
  return Uint8Array.of(base + 55 + bytes.length, ...bytes);
}

function bigEndian(value: bigint): Uint8Array {
  if (value === 0n) return new Uint8Array(0);
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
}
