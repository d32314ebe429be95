// A WebAssembly module that hashes four messages at once: each lane of a 128-bit vector is a message of its own, going
// through SHA-256 as FIPS 180-4 §6.2.2 has it. Written out instruction by instruction, because the message schedule has
// to stay in locals, which no loop can index.

/** What every round adds, as `hash` wants it in memory: words. */
// biome-ignore format: eight words a line.
export const ROUND_CONSTANTS: readonly number[] = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];
// biome-ignore format: one line.
const INITIAL = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

const LANES = [0, 1, 2, 3] as const;

/** Bytes of instructions, nested as they were put together. An expression leaves one value on the stack. */
type Code = readonly (number | Code)[];

const I32 = 0x7f;
const V128 = 0x7b;
const get = (local: number): Code => [0x20, leb(local)];
const set = (local: number, value: Code): Code => [value, 0x21, leb(local)];
const constant = (value: number): Code => [0x41, signedLeb(value)];
const addInteger = (a: Code, b: Code): Code => [a, b, 0x6a];
/** Runs `body`, and again as long as the local, one less each time, is not 0. */
const repeat = (local: number, body: Code): Code => [
  [0x03, 0x40, body],
  set(local, addInteger(get(local), constant(-1))),
  [get(local), 0x0d, 0, 0x0b],
];
const loadInteger = (at: Code, offset: number): Code => [at, 0x28, 2, leb(offset)];

const vector = (opcode: number): Code => [0xfd, leb(opcode)];
/** Any alignment. */
const load = (at: Code, offset: number): Code => [at, vector(0x00), 0, leb(offset)];
const store = (at: Code, offset: number, value: Code): Code => [at, value, vector(0x0b), 0, leb(offset)];
/** The word in memory in each lane. */
const loadInAllLanes = (at: Code, offset: number): Code => [at, vector(0x09), 2, leb(offset)];
/** The same word in each lane. */
const inAllLanes = (word: number): Code => [vector(0x0c), LANES.map(() => littleEndian(word))];
const shuffle = (a: Code, b: Code, bytes: Code): Code => [a, b, vector(0x0d), bytes];
const binary =
  (opcode: number) =>
  (first: Code, ...others: readonly Code[]): Code => [
    first,
    others.map((other): Code => [other, vector(opcode)]),
  ];
const and = binary(0x4e);
const or = binary(0x50);
const xor = binary(0x51);
const add = binary(0xae);
const shiftRight = (a: Code, bits: number): Code => [a, constant(bits), vector(0xad)];
const shiftLeft = (a: Code, bits: number): Code => [a, constant(bits), vector(0xab)];
const rotate = (a: Code, bits: number): Code => or(shiftRight(a, bits), shiftLeft(a, 32 - bits));

const bigSigma0 = (a: Code): Code => xor(rotate(a, 2), rotate(a, 13), rotate(a, 22));
const bigSigma1 = (e: Code): Code => xor(rotate(e, 6), rotate(e, 11), rotate(e, 25));
const smallSigma0 = (w: Code): Code => xor(rotate(w, 7), rotate(w, 18), shiftRight(w, 3));
const smallSigma1 = (w: Code): Code => xor(rotate(w, 17), rotate(w, 19), shiftRight(w, 10));
const choose = (e: Code, f: Code, g: Code): Code => xor(and(xor(f, g), e), g);

// Locals: parameters first.
const TABLE = 0;
const GROUPS = 1;
const BLOCKS = 2;
const CONSTANTS = 3;
const BLOCKS_LEFT = 4;
const TURNS_LEFT = 5;
/** Where the constant of the next round stands. */
const NEXT_CONSTANT = 6;
/** Where each lane's next block begins. */
const FROM = [7, 8, 9, 10] as const;
const INTEGERS = 7;
let next = FROM[3] + 1;
const locals = (count: number): readonly number[] => Array.from({ length: count }, () => next++);
const SCHEDULE = locals(16);
/** a to h. */
const WORKING = locals(8);
const STATE = locals(8);
const SCRATCH = locals(4);
const VECTORS = 16 + 8 + 8 + 4;

/**
 * The module: it imports its memory as `lanes.memory` and exports `hash(table, groups, blocks, constants)`. The table has four
 * pairs of 32-bit places a group: where a message begins, which is padded already and `blocks` blocks of 64 bytes long, and
 * where its digest of 32 bytes goes. No place needs to be aligned. About 0.1 us a block and message.
 */
export function sha256LanesModule(): Uint8Array<ArrayBuffer> {
  const vectors = vectorOf([
    [leb(INTEGERS), I32],
    [leb(VECTORS), V128],
  ]);
  const code = [
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, vectorOf([[0x60, 4, I32, I32, I32, I32, 0]])),
    section(2, vectorOf([[name('lanes'), name('memory'), 2, 0, 1]])),
    section(3, vectorOf([[0]])),
    section(7, vectorOf([[name('hash'), 0, 0]])),
    section(10, vectorOf([sized([vectors, repeat(GROUPS, group()), 0x0b])])),
  ];
  return Uint8Array.from(flatten(code));
}

/** Four messages from their first block to their digests. */
function group(): Code {
  return [
    LANES.map((lane) => set(FROM[lane], loadInteger(get(TABLE), 8 * lane))),
    STATE.map((local, index) => set(local, inAllLanes(INITIAL[index]!))),
    set(BLOCKS_LEFT, get(BLOCKS)),
    repeat(BLOCKS_LEFT, block()),
    transpose(STATE.slice(0, 4), SCHEDULE.slice(0, 4)),
    transpose(STATE.slice(4), SCHEDULE.slice(4, 8)),
    LANES.map((lane) => {
      const to = loadInteger(get(TABLE), 8 * lane + 4);
      return [store(to, 0, get(SCHEDULE[lane]!)), store(to, 16, get(SCHEDULE[4 + lane]!))];
    }),
    set(TABLE, addInteger(get(TABLE), constant(32))),
  ];
}

/** One block of each message into the state. */
function block(): Code {
  return [
    [0, 4, 8, 12].map((first) => {
      const words = SCHEDULE.slice(first, first + 4);
      const loads = LANES.map((lane) => set(words[lane]!, load(get(FROM[lane]), 4 * first)));
      return [loads, transpose(words, words)];
    }),
    WORKING.map((local, index) => set(local, get(STATE[index]!))),
    set(NEXT_CONSTANT, get(CONSTANTS)),
    rounds(false),
    set(TURNS_LEFT, constant(3)),
    repeat(TURNS_LEFT, rounds(true)),
    STATE.map((local, index) => set(local, add(get(local), get(WORKING[index]!)))),
    FROM.map((from) => set(from, addInteger(get(from), constant(64)))),
  ];
}

/** Sixteen rounds, each with a word of the schedule, which is made anew in its place before all rounds but the first ones. */
function rounds(isScheduled: boolean): Code {
  const code: Code[] = [];
  const [sum, even, odd] = SCRATCH as [number, number, number];
  let names = WORKING;
  // The majority of a, b and c is ((a ^ b) & (b ^ c)) ^ b, and a ^ b of a round is b ^ c of the next.
  code.push(set(odd, xor(get(names[1]!), get(names[2]!))));
  for (let round = 0; round < 16; round++) {
    const word = SCHEDULE[round]!;
    if (isScheduled) {
      const back = (count: number): Code => get(SCHEDULE[(round - count + 16) % 16]!);
      code.push(set(word, add(get(word), smallSigma0(back(15)), back(7), smallSigma1(back(2)))));
    }
    const [a, b, , d, e, f, g, h] = names.map(get) as [Code, Code, Code, Code, Code, Code, Code, Code];
    const [own, before] = round % 2 === 0 ? [even, odd] : [odd, even];
    const constants = loadInAllLanes(get(NEXT_CONSTANT), 4 * round);
    code.push(
      set(sum, add(h, get(word), constants, add(bigSigma1(e), choose(e, f, g)))),
      set(own, xor(a, b)),
      set(names[3]!, add(d, get(sum))),
      set(names[7]!, add(get(sum), add(bigSigma0(a), xor(and(get(own), get(before)), b)))),
    );
    names = [names[7]!, ...names.slice(0, 7)];
  }
  code.push(set(NEXT_CONSTANT, addInteger(get(NEXT_CONSTANT), constant(64))));
  return code;
}

/** Four vectors of a lane's words each to four of a word's lanes each, or the reverse, the bytes of each word turned round. */
function transpose(from: readonly number[], to: readonly number[]): Code {
  const [a, b, c, d] = from.map(get) as [Code, Code, Code, Code];
  const [lowAB, highAB, lowCD, highCD] = SCRATCH as [number, number, number, number];
  return [
    set(lowAB, shuffle(a, b, wordsOf([0, 4, 1, 5]))),
    set(highAB, shuffle(a, b, wordsOf([2, 6, 3, 7]))),
    set(lowCD, shuffle(c, d, wordsOf([0, 4, 1, 5]))),
    set(highCD, shuffle(c, d, wordsOf([2, 6, 3, 7]))),
    set(to[0]!, shuffle(get(lowAB), get(lowCD), turnedWordsOf([0, 1, 4, 5]))),
    set(to[1]!, shuffle(get(lowAB), get(lowCD), turnedWordsOf([2, 3, 6, 7]))),
    set(to[2]!, shuffle(get(highAB), get(highCD), turnedWordsOf([0, 1, 4, 5]))),
    set(to[3]!, shuffle(get(highAB), get(highCD), turnedWordsOf([2, 3, 6, 7]))),
  ];
}

function wordsOf(words: readonly number[]): Code {
  return words.map((word) => [4 * word, 4 * word + 1, 4 * word + 2, 4 * word + 3]);
}

function turnedWordsOf(words: readonly number[]): Code {
  return words.map((word) => [4 * word + 3, 4 * word + 2, 4 * word + 1, 4 * word]);
}

function littleEndian(word: number): Code {
  return [word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24];
}

function leb(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, leb(value >>> 7)];
}

function signedLeb(value: number): Code {
  return value >= -64 && value < 64 ? [value & 0x7f] : [(value & 0x7f) | 0x80, signedLeb(value >> 7)];
}

function section(id: number, content: Code): Code {
  return [id, sized(content)];
}

/** Behind its length in bytes. */
function sized(content: Code): Code {
  const bytes = flatten(content);
  return [leb(bytes.length), bytes];
}

function vectorOf(items: readonly Code[]): Code {
  return [leb(items.length), items];
}

function name(text: string): Code {
  return sized([...new TextEncoder().encode(text)]);
}

function flatten(code: Code, into: number[] = []): number[] {
  for (const part of code) {
    if (typeof part === 'number') into.push(part);
    else flatten(part, into);
  }
  return into;
}
