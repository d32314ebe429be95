// What each transaction of the ordered part changed: out of the arena, where workers left offsets, straight into the bytes
// a record has of it. Part of collecting, so all workers have left the job.
import { Writer } from '../../base/codec.js';
import { IntList } from '../../base/int-list.js';
import { type AccessTable, KEY, RECORD } from '../../types/access-table.js';
import { EncodedChanges } from '../../types/record-codec.js';
import type { BlockState } from '../phases/state.js';
import {
  type Arena,
  END,
  HEADER,
  MEMBER,
  RUN,
  recordAt,
  TRANSACTION,
  TRANSACTION_STATE,
  WRITE,
} from './arena.js';

/** Room kept from one block to the next. */
const ROOM_BYTES_MAX = 64 * 1024 * 1024;
const WRITER = new Writer();

/** By transaction; undefined for those that did not end in the ordered part. Adders: prefix sums in block order. */
export function collectChanges(
  arena: Arena,
  table: AccessTable,
  state: BlockState,
): (EncodedChanges | undefined)[] {
  const { words } = arena;
  const count = table.records.length;
  const ends = new Int32Array(count);
  const collector = new Collector(arena, table, state);
  const writer = WRITER.clear(ROOM_BYTES_MAX);
  for (let index = 0; index < count; index++) {
    const at = recordAt(arena, HEADER.transactions, index, TRANSACTION.size);
    const done = table.records[index] !== 0 && words[at + TRANSACTION.state] === TRANSACTION_STATE.done;
    if (done) collector.write(writer, table.records[index]!, words[at + TRANSACTION.end]!);
    ends[index] = writer.length;
  }
  const bytes = writer.finish();
  const changes = new Array<EncodedChanges | undefined>(count).fill(undefined);
  for (let index = 0, start = 0; index < count; start = ends[index++]!) {
    if (ends[index]! > start) changes[index] = new EncodedChanges(bytes, start, ends[index]!);
  }
  return changes;
}

/** Gathers one transaction's changes, sorts them by key and writes them. */
class Collector {
  /** By member: offset and length of its cell before it. */
  readonly #before: Int32Array;
  /** `WRITE` words of each change at hand, and where they begin, by key. */
  readonly #entries = new IntList();
  readonly #order = new IntList();

  constructor(
    private readonly arena: Arena,
    private readonly table: AccessTable,
    private readonly state: BlockState,
  ) {
    this.#before = valuesBefore(arena);
  }

  /** `record`: in the table; `end`: its `END` words in the arena. Writes nothing where nothing changed. */
  write(writer: Writer, record: number, end: number): void {
    this.#entries.cut(0);
    this.#order.cut(0);
    this.#takeWrites(end);
    this.#takeAdds(record);
    if (this.#order.length === 0) return;
    writer.u32(this.#order.length);
    const words = this.#entries.items;
    for (let index = 0; index < this.#order.length; index++) {
      const entry = this.#order.items[index]!;
      writer.bytes(this.state.keyAt(words[entry + WRITE.slot]!));
      this.#writeValue(writer, words[entry + WRITE.beforeAt]!, words[entry + WRITE.beforeLength]!);
      this.#writeValue(writer, words[entry + WRITE.afterAt]!, words[entry + WRITE.afterLength]!);
    }
  }

  #takeWrites(end: number): void {
    const { words } = this.arena;
    let at = end + END.size + 2 * words[end + END.results]!;
    for (let left = words[end + END.writes]!; left > 0; left--, at += WRITE.size) {
      const entry = this.#entries.take(WRITE.size);
      for (let word = 0; word < WRITE.size; word++) this.#entries.items[entry + word] = words[at + word]!;
      this.#place(entry);
    }
  }

  /** Cells it added to, as the last of their run merged them. */
  #takeAdds(record: number): void {
    const { words: access } = this.table;
    const { words } = this.arena;
    const end = record + RECORD.size + KEY.size * access[record + RECORD.keys]!;
    for (let at = record + RECORD.size; at < end; at += KEY.size) {
      if (access[at + KEY.run]! < 0) continue;
      const index = access[at + KEY.member]!;
      const member = recordAt(this.arena, HEADER.members, index, MEMBER.size);
      if (words[member + MEMBER.delta] === 0) continue;
      const entry = this.#entries.take(WRITE.size);
      const to = this.#entries.items;
      to[entry + WRITE.slot] = access[at + KEY.number]!;
      to[entry + WRITE.beforeAt] = this.#before[2 * index]!;
      to[entry + WRITE.beforeLength] = this.#before[2 * index + 1]!;
      to[entry + WRITE.afterAt] = words[member + MEMBER.afterAt]!;
      to[entry + WRITE.afterLength] = words[member + MEMBER.afterLength]!;
      this.#place(entry);
    }
  }

  /** Puts an entry among those at hand by its key: there are few. */
  #place(entry: number): void {
    let place = this.#order.take(1);
    const order = this.#order.items;
    const words = this.#entries.items;
    const slot = words[entry + WRITE.slot]!;
    for (; place > 0 && this.state.compareAt(words[order[place - 1]! + WRITE.slot]!, slot) > 0; place--)
      order[place] = order[place - 1]!;
    order[place] = entry;
  }

  #writeValue(writer: Writer, at: number, length: number): void {
    if (length === 0) writer.u8(0);
    else writer.u8(1).u32(length).part(this.arena.bytes, at, length);
  }
}

/** By member of an adder run: offset and length of what its cell held before it. */
function valuesBefore(arena: Arena): Int32Array {
  const { words } = arena;
  const runs = words[HEADER.runs]!;
  const members = words[HEADER.members]!;
  const before = new Int32Array((2 * (words[HEADER.flags]! - members)) / MEMBER.size);
  for (let run = runs; run < members; run += RUN.size) {
    let at = words[run + RUN.beforeAt]!;
    let length = words[run + RUN.beforeLength]!;
    const first = words[run + RUN.firstMember]!;
    for (let index = first; index < first + words[run + RUN.members]!; index++) {
      before[2 * index] = at;
      before[2 * index + 1] = length;
      const member = recordAt(arena, HEADER.members, index, MEMBER.size);
      if (words[member + MEMBER.delta] === 0) continue;
      at = words[member + MEMBER.afterAt]!;
      length = words[member + MEMBER.afterLength]!;
    }
  }
  return before;
}
