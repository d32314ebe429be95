// The contracts' own work that metering slows down, in AssemblyScript: recursion, hashing, sorting, and a token over a
// table in memory with objects, checked arithmetic and an encoded event for each transfer. No host functions.
import { main } from 'assemblyscript/asc';

/** One program: its source, and the argument of `run` for a few milliseconds of work. */
export interface Program {
  readonly name: 'fib' | 'sha256' | 'sort' | 'token';
  readonly work: number;
  readonly source: string;
}

const FIB = `
function fib(n: i32): i32 { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
export function run(n: i32): i32 { return fib(n); }
`;

/** FIPS 180-4 over 64-byte blocks; each hash is the next block. */
const SHA256 = `
function constants(): StaticArray<u32> { return [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
  0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
  0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
  0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
  0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
  0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2]; }
const K = constants();
const H: StaticArray<u32> = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
const W = new StaticArray<u32>(64);
function compress(): void {
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15], y = W[i - 2];
    W[i] = W[i - 16] + (rotr(x, 7) ^ rotr(x, 18) ^ (x >> 3)) + W[i - 7] + (rotr(y, 17) ^ rotr(y, 19) ^ (y >> 10));
  }
  let a = H[0], b = H[1], c = H[2], d = H[3], e = H[4], f = H[5], g = H[6], h = H[7];
  for (let i = 0; i < 64; i++) {
    const t = h + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + W[i];
    const u = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g; g = f; f = e; e = d + t; d = c; c = b; b = a; a = t + u;
  }
  H[0] += a; H[1] += b; H[2] += c; H[3] += d; H[4] += e; H[5] += f; H[6] += g; H[7] += h;
}
export function run(blocks: i32): i32 {
  for (let block = 0; block < blocks; block++) {
    for (let i = 0; i < 16; i++) W[i] = H[i & 7] + i;
    compress();
  }
  return H[0];
}
`;

const SORT = `
const values = new StaticArray<i32>(4096);
function quicksort(from: i32, to: i32): void {
  let i = from, j = to;
  const pivot = values[(from + to) >> 1];
  while (i <= j) {
    while (values[i] < pivot) i++;
    while (values[j] > pivot) j--;
    if (i <= j) { const t = values[i]; values[i] = values[j]; values[j] = t; i++; j--; }
  }
  if (from < j) quicksort(from, j);
  if (i < to) quicksort(i, to);
}
export function run(rounds: i32): i32 {
  let seed = 12345;
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < 4096; i++) { seed = seed * 1103515245 + 12345; values[i] = seed >> 8; }
    quicksort(0, 4095);
  }
  return values[7];
}
`;

const TOKEN = `
class Amount { constructor(public low: u64, public high: u64) {}
  add(other: Amount): Amount {
    const low = this.low + other.low;
    const high = this.high + other.high + u64(low < this.low);
    if (high < this.high) unreachable();
    return new Amount(low, high);
  }
  sub(other: Amount): Amount {
    if (this.high < other.high || (this.high == other.high && this.low < other.low)) unreachable();
    return new Amount(this.low - other.low, this.high - other.high - u64(this.low < other.low));
  }
}
class Account { constructor(public bytes: StaticArray<u8>) {}
  hash(): u32 {
    let h: u32 = 2166136261;
    for (let i = 0; i < 32; i++) h = (h ^ this.bytes[i]) * 16777619;
    return h;
  }
  equals(at: usize): bool { return memory.compare(changetype<usize>(this.bytes), at, 32) == 0; }
}
const SLOTS = 1024, WIDTH = 48;
const table = memory.data(SLOTS * WIDTH, 16);
function slotOf(account: Account): usize {
  let i = account.hash() & (SLOTS - 1);
  while (true) {
    const at = table + i * WIDTH;
    if (account.equals(at)) return at;
    if ((load<u64>(at) | load<u64>(at, 8) | load<u64>(at, 16) | load<u64>(at, 24)) == 0) {
      memory.copy(at, changetype<usize>(account.bytes), 32);
      return at;
    }
    i = (i + 1) & (SLOTS - 1);
  }
}
function balance(at: usize): Amount { return new Amount(load<u64>(at, 32), load<u64>(at, 40)); }
function setBalance(at: usize, value: Amount): void { store<u64>(at, value.low, 32); store<u64>(at, value.high, 40); }
function accountOf(index: u32): Account {
  const bytes = new StaticArray<u8>(32);
  for (let i = 0; i < 32; i++) bytes[i] = u8((index * 2654435761) >> (i & 15)) | 1;
  return new Account(bytes);
}
function transfer(from: Account, to: Account, amount: Amount): StaticArray<u8> {
  const source = slotOf(from), target = slotOf(to);
  setBalance(source, balance(source).sub(amount));
  setBalance(target, balance(target).add(amount));
  const event = new StaticArray<u8>(80);
  memory.copy(changetype<usize>(event), changetype<usize>(from.bytes), 32);
  memory.copy(changetype<usize>(event) + 32, changetype<usize>(to.bytes), 32);
  store<u64>(changetype<usize>(event), amount.low, 64);
  store<u64>(changetype<usize>(event), amount.high, 72);
  return event;
}
export function run(transfers: i32): i32 {
  let sum: i32 = 0;
  for (let i = 0; i < 64; i++) { const at = slotOf(accountOf(i)); setBalance(at, new Amount(1000000, 1)); }
  for (let i = 0; i < transfers; i++) {
    heap.reset();
    sum += transfer(accountOf(i & 63), accountOf((i * 7 + 1) & 63), new Amount(i + 1, 0))[60 + (i & 7)];
  }
  return sum;
}
`;

export const PROGRAMS: readonly Program[] = [
  { name: 'fib', work: 28, source: FIB },
  { name: 'sha256', work: 2_000, source: SHA256 },
  { name: 'sort', work: 8, source: SORT },
  { name: 'token', work: 4_000, source: TOKEN },
];

/** Compiles a program as contracts are; `mvp`: only what the first version of WebAssembly had. */
export async function compileProgram(source: string, mvp: boolean): Promise<Uint8Array> {
  const files: Record<string, string | Uint8Array> = { 'program.ts': source };
  const args = ['program.ts', '--outFile', 'program.wasm', '--runtime', 'stub', '--exportStart', '_start'];
  args.push('--optimizeLevel', '3', '--shrinkLevel', '1', '--use', 'abort=');
  if (mvp)
    args.push(...['bulk-memory', 'sign-extension', 'nontrapping-f2i'].flatMap((it) => ['--disable', it]));
  const { error, stderr } = await main(args, {
    readFile: (name) => (files[name] as string | undefined) ?? null,
    writeFile: (name, contents) => {
      files[name] = contents as string | Uint8Array;
    },
    listFiles: () => [],
  });
  const wasm = files['program.wasm'];
  if (error || !(wasm instanceof Uint8Array)) throw new RangeError(stderr.toString(), { cause: error });
  return wasm;
}
