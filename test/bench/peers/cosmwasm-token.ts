// A fungible token for CosmWasm, ours: the interface a CosmWasm host expects, a balance an address, cw20's transfer message.
// The host writes each message into memory it asks for and frees the answer last, so that all memory of a call goes at once.
import asc from 'assemblyscript/asc';

/** `{"mint":{"recipient","amount"}}` by anybody, `{"transfer":{"recipient","amount"}}`; amounts are decimal text up to 2^64-1. */
const SOURCE = `
@external('env', 'db_read') declare function dbRead(key: u32): u32;
@external('env', 'db_write') declare function dbWrite(key: u32, value: u32): void;

// A region: offset, capacity, length.
const REGION: u32 = 12;
let top: u32 = __heap_base;

export function allocate(size: u32): u32 {
  const region = top;
  top = (top + REGION + size + 7) & ~7;
  store<u32>(region, region + REGION);
  store<u32>(region + 4, size);
  store<u32>(region + 8, 0);
  return region;
}
export function deallocate(region: u32): void {
  top = __heap_base;
}
export function interface_version_8(): void {}

function put(region: u32, byte: u32): void {
  const length = load<u32>(region + 8);
  store<u8>(load<u32>(region) + length, byte as u8);
  store<u32>(region + 8, length + 1);
}
function putText(region: u32, text: string): void {
  for (let i = 0; i < text.length; i++) put(region, text.charCodeAt(i));
}
function putBytes(region: u32, from: u32, length: u32): void {
  const at = load<u32>(region + 8);
  memory.copy(load<u32>(region) + at, from, length);
  store<u32>(region + 8, at + length);
}

// Where the text after a mark begins; 0: it is not there.
function after(region: u32, mark: string): u32 {
  const start = load<u32>(region);
  const end = start + load<u32>(region + 8) - mark.length;
  for (let at = start; at <= end; at++) {
    let same = true;
    for (let i = 0; i < mark.length && same; i++) same = load<u8>(at + i) == (mark.charCodeAt(i) as u8);
    if (same) return at + mark.length;
  }
  return 0;
}
function lengthAt(at: u32): u32 {
  let end = at;
  while (load<u8>(end) != 34) end++;
  return end - at;
}
function numberAt(at: u32): u64 {
  let value: u64 = 0;
  for (; load<u8>(at) != 34; at++) value = value * 10 + (load<u8>(at) - 48);
  return value;
}

function keyOf(at: u32, length: u32): u32 {
  const key = allocate(length + 1);
  put(key, 98);
  putBytes(key, at, length);
  return key;
}
function balanceOf(key: u32): u64 {
  const value = dbRead(key);
  return value == 0 || load<u32>(value + 8) == 0 ? 0 : load<u64>(load<u32>(value));
}
function setBalance(key: u32, balance: u64): void {
  const value = allocate(8);
  store<u64>(load<u32>(value), balance);
  store<u32>(value + 8, 8);
  dbWrite(key, value);
}

function attribute(answer: u32, name: string, at: u32, length: u32): void {
  putText(answer, '{"key":"');
  putText(answer, name);
  putText(answer, '","value":"');
  putBytes(answer, at, length);
  putText(answer, '"}');
}
function failure(text: string): u32 {
  const answer = allocate(256);
  putText(answer, '{"error":"');
  putText(answer, text);
  putText(answer, '"}');
  return answer;
}

export function instantiate(env: u32, info: u32, msg: u32): u32 {
  const answer = allocate(256);
  putText(answer, '{"ok":{"messages":[],"attributes":[],"events":[],"data":null}}');
  return answer;
}

export function execute(env: u32, info: u32, msg: u32): u32 {
  const to = after(msg, '"recipient":"');
  const amountAt = after(msg, '"amount":"');
  const from = after(info, '"sender":"');
  if (to == 0 || amountAt == 0 || from == 0) return failure('unknown message');
  const toLength = lengthAt(to);
  const amount = numberAt(amountAt);
  const minted = after(msg, '"mint"') != 0;
  if (!minted) {
    const payer = keyOf(from, lengthAt(from));
    const held = balanceOf(payer);
    if (held < amount) return failure('insufficient funds');
    setBalance(payer, held - amount);
  }
  const payee = keyOf(to, toLength);
  setBalance(payee, balanceOf(payee) + amount);
  const answer = allocate(1024);
  putText(answer, '{"ok":{"messages":[],"attributes":[{"key":"action","value":"');
  putText(answer, minted ? 'mint' : 'transfer');
  putText(answer, '"},');
  attribute(answer, 'from', from, lengthAt(from));
  put(answer, 44);
  attribute(answer, 'to', to, toLength);
  put(answer, 44);
  attribute(answer, 'amount', amountAt, lengthAt(amountAt));
  putText(answer, '],"events":[],"data":null}}');
  return answer;
}
`;

/** The module's bytes. */
export async function compileCosmWasmToken(): Promise<Uint8Array> {
  const { error, binary, stderr } = await asc.compileString(SOURCE, {
    optimizeLevel: 3,
    runtime: 'stub',
    initialMemory: 16,
    use: 'abort=',
    // Of cw-simulate's metering, which knows no later sections.
    disable: ['bulk-memory', 'sign-extension'],
  });
  if (error !== null || binary === null)
    throw new RangeError(`the token does not compile: ${stderr.toString()}`);
  return binary;
}
