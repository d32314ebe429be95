// Host `context`: who, whose, how much and when. What it writes is kept from call to call, as most of it stays the same.
import { copyWords, RepeatedWords, setWords, wordsFromBytes } from '../base/words.js';
import type { Frame } from './frame.js';
import { chargeHost, pricesOf } from './host-gas.js';
import { assertRange, writeBytes } from './host-memory.js';

/** Word indexes of the parts: three addresses, an amount, two 64-bit numbers, a hash. */
const PART = {
  self: 0,
  caller: 8,
  sender: 16,
  value: 24,
  height: 28,
  time: 30,
  blockHash: 32,
  size: 40,
} as const;
const BYTES = 4 * PART.size;

const WORDS = new Uint32Array(PART.size);
const IMAGE = new Uint8Array(WORDS.buffer);
const SENDERS = new RepeatedWords();
/** Whose parts stand in the image: the objects, for neither hashes nor contracts' addresses are ever written to. */
let blockHash: Uint8Array | undefined;
let self: Uint8Array | undefined;
let height = -1;
let time = -1;

/** Host `context`: writes 160 bytes. */
export function context(frame: Frame, dst: number): void {
  chargeHost(frame, pricesOf(frame).context, 0);
  assertRange(frame, dst, BYTES);
  fill(frame);
  const instance = frame.live();
  const start = dst >>> 0;
  if ((start & 3) !== 0) writeBytes(frame, start, IMAGE);
  else {
    copyWords(instance.words(), start >>> 2, WORDS, 0, PART.size);
    instance.wrote(start + BYTES);
  }
}

function fill({ run, request }: Frame): void {
  const { block } = run;
  if (height !== block.height || time !== block.time || blockHash !== block.grandparentHash) {
    ({ height, time, grandparentHash: blockHash } = block);
    setWord64(PART.height, height);
    setWord64(PART.time, time);
    wordsFromBytes(WORDS, PART.blockHash, blockHash, 0, 8);
  }
  if (self !== request.contract) {
    self = request.contract;
    wordsFromBytes(WORDS, PART.self, self, 0, 8);
  }
  SENDERS.copy(WORDS, PART.sender, run.sender, 8);
  if (request.caller === run.sender) copyWords(WORDS, PART.caller, WORDS, PART.sender, 8);
  else wordsFromBytes(WORDS, PART.caller, request.caller, 0, 8);
  setWords(WORDS, PART.value, 4, request.value);
}

function setWord64(at: number, value: number): void {
  WORDS[at] = value % 0x1_0000_0000;
  WORDS[at + 1] = Math.floor(value / 0x1_0000_0000);
}
