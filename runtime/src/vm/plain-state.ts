// The working set as host functions see it: key images become state keys, words become bigints.
import type { ByteImage } from '../base/byte-table.js';
import { bigintOf, setWords } from '../base/words.js';
import type { Address } from '../types/address.js';
import { cellBits, keyKind, type StateKey } from '../types/key.js';
import type { TransactionState } from './transaction-state.js';
import type { WorkingSet } from './working-set.js';

export class PlainState implements TransactionState {
  constructor(private readonly set: WorkingSet) {}

  readStored(key: ByteImage): Uint8Array | undefined {
    return this.set.readStored(keyOf(key));
  }

  write(key: ByteImage, stored: Uint8Array | undefined): void {
    this.set.write(keyOf(key), stored);
  }

  pastStored(key: ByteImage): Uint8Array | undefined {
    return this.set.past(keyOf(key));
  }

  readCell(key: ByteImage, to: Uint32Array): void {
    const stateKey = keyOf(key);
    setWords(to, 0, wordsOf(stateKey), this.set.readCell(stateKey));
  }

  pastCell(key: ByteImage, to: Uint32Array): void {
    const stateKey = keyOf(key);
    setWords(to, 0, wordsOf(stateKey), this.set.pastCell(stateKey));
  }

  writeCell(key: ByteImage, from: Uint32Array): void {
    const stateKey = keyOf(key);
    this.set.writeCell(stateKey, numberOf(stateKey, from));
  }

  increase(key: ByteImage, amount: Uint32Array, ceiling: Uint32Array | undefined): boolean {
    const stateKey = keyOf(key);
    const bound = ceiling === undefined ? undefined : numberOf(stateKey, ceiling);
    return this.set.increase(stateKey, numberOf(stateKey, amount), bound);
  }

  decrease(key: ByteImage, amount: Uint32Array, floor: Uint32Array): boolean {
    const stateKey = keyOf(key);
    return this.set.decrease(stateKey, numberOf(stateKey, amount), numberOf(stateKey, floor));
  }

  assertReached(contract: Address): void {
    this.set.assertReached(contract);
  }

  mark(): number {
    return this.set.mark();
  }

  rollback(mark: number): void {
    this.set.rollback(mark);
  }

  get violationStack(): string | undefined {
    return this.set.violationStack;
  }

  set violationStack(stack: string | undefined) {
    this.set.violationStack = stack;
  }
}

function keyOf(image: ByteImage): StateKey {
  return image.bytes.slice(0, image.length) as StateKey;
}

function wordsOf(key: StateKey): number {
  return cellBits(keyKind(key)) / 32;
}

function numberOf(key: StateKey, words: Uint32Array): bigint {
  return bigintOf(words, 0, wordsOf(key));
}
