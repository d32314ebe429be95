// What to change so that a field keeps fewer transactions waiting: one sentence, from how it is used and why others wait.
import type { AbiField } from '@weft/runtime/types/abi';
import type { UseMode, WaitReason } from '@weft/runtime/types/explain-record';
import type { FieldPlace } from './names.js';

/** What is known of a field that transactions waited over. */
export interface FieldFacts {
  readonly name: string;
  readonly place: FieldPlace;
  /** Of the contract's ABI. */
  readonly field: AbiField | undefined;
  /** Keys of it that somebody waited over. */
  readonly keyCount: number;
  /** Most transactions first. */
  readonly uses: readonly {
    readonly method: string;
    readonly mode: UseMode;
    readonly transactions: number;
  }[];
  /** Most transactions first. */
  readonly reasons: readonly { readonly reason: WaitReason; readonly transactions: number }[];
}

/** Advice for the reason most of them waited for. */
export function adviceFor(facts: FieldFacts): string {
  const [first] = facts.reasons;
  switch (first?.reason) {
    case 'WAIT_CONTRACT_LOCK':
      return `${subject(facts, 'write', 'read')} locks the whole contract: a method whose keys the compiler can see locks only those`;
    case 'WAIT_FIELD_LOCK':
      return (
        `${locker(facts)} locks every key of \`${short(facts)}\`, because which one it needs shows only while it runs: ` +
        'a key made of the arguments would lock that one alone'
      );
    case 'WAIT_ADD_BOUNDS':
      return (
        `what is taken from \`${short(facts)}\` in one block may be more than it held at the block's start: such debits ` +
        'wait for each other; they run side by side once the account holds enough for all of them, or declares smaller amounts'
      );
    case 'WAIT_READ_AFTER_ADD':
    case 'WAIT_ADD_AFTER_READ':
    case 'WAIT_READ_AFTER_WRITE':
    case 'WAIT_WRITE_AFTER_READ':
    case 'WAIT_ADD_AFTER_WRITE':
      return readAdvice(facts);
    default:
      return writeAdvice(facts);
  }
}

function readAdvice(facts: FieldFacts): string {
  const changers = uses(facts, 'write', 'add', 'unfit');
  const readers = uses(facts, 'read');
  if (readers.length === 0) return writeAdvice(facts);
  return (
    `${listed(readers)} ${verb(readers, 'reads', 'read')} \`${short(facts)}\` while ${listed(changers)} ` +
    `${verb(changers, 'changes', 'change')} it: past() reads the value of the block's start and waits for nobody`
  );
}

function writeAdvice(facts: FieldFacts): string {
  const { field, place } = facts;
  const writers = uses(facts, 'write', 'unfit');
  const written = `\`${short(facts)}\` is written by ${every(writers)}`;
  if (place.field === undefined) return `${written}: declare keys instead of the contract`;
  if (field === undefined) return written;
  if (field.kind !== 0)
    return `${written}, which both ${writers.length === 1 ? 'reads or sets it and adds' : 'read or set it and add'} to it: use past() for what it was, and add() or sub() alone for what changes`;
  if (/^u(8|16|32|64|128|256)$/.test(field.type))
    return `${written}: ${accumulator(field)} would make these ${transactionsOf(facts)} transactions independent, if they only add to it`;
  if (field.keys.length > 0 && facts.keyCount > 1)
    return `${written}: transactions wait only for those with the same key, ${facts.keyCount} keys here; nothing in the contract keeps the others apart`;
  if (field.keys.length > 0)
    return `${written} under one key: where they belong to different things, make those part of the key`;
  return `${written}: a Map keyed by what differs between them, or an Accumulator for what is counted, keeps them apart`;
}

/** The type that holds the same number and takes adds. */
function accumulator({ keys, type }: AbiField): string {
  const name = ['Accumulator', 'AccumulatorMap', 'AccumulatorMap2'][keys.length] ?? 'AccumulatorMap';
  const number = type === 'u128' ? '' : type === 'u256' ? 'u256' : 'u64';
  const parameters = number === '' || keys.length > 0 ? '' : `<${number}>`;
  return `an ${name}${parameters}`;
}

function uses({ uses: all }: FieldFacts, ...modes: readonly UseMode[]): string[] {
  return [...new Set(all.filter(({ mode }) => modes.includes(mode)).map(({ method }) => method))];
}

/** Transactions that write it. */
function transactionsOf({ uses: all }: FieldFacts): number {
  const writes = all.filter(({ mode }) => mode === 'write' || mode === 'unfit');
  return writes.reduce((sum, { transactions }) => sum + transactions, 0);
}

const short = ({ name }: FieldFacts): string => name.slice(name.indexOf('.') + 1);
const verb = (who: readonly string[], one: string, many: string): string => (who.length === 1 ? one : many);
const subject = (facts: FieldFacts, ...modes: readonly UseMode[]): string => listed(uses(facts, ...modes));
const locker = (facts: FieldFacts): string => subject(facts, 'write', 'read');

/** `every swap`, `swap and mint`, `swap, mint and 3 others`. */
function every(names: readonly string[]): string {
  return names.length === 1 ? `every ${names[0]}` : listed(names);
}

function listed(names: readonly string[]): string {
  const [first = 'somebody', second, ...rest] = names;
  if (second === undefined) return first;
  if (rest.length === 0) return `${first} and ${second}`;
  return `${first}, ${second} and ${rest.length === 1 ? rest[0] : `${rest.length} others`}`;
}
