// A profile and an explained transaction as text for people.
import { TAIL_REASONS } from '@weft/runtime/types/explain-record';
import type { HotField, Profile } from './profile.js';

const WIDTH = 110;
const INDENT = '     ';

/** The report: figures first, then what to change, dearest first. `most`: fields shown. */
export function profileText(profile: Profile, most = 10): string {
  const { from, to, transactions, gas, criticalPathGas, tailGas, parallelism, hot, tail } = profile;
  const range = from === to ? `block ${from}` : `blocks ${from} to ${to}`;
  const lines = [
    `${range}: ${count(transactions, 'transaction')}, ${gasText(gas)}`,
    `critical path ${gasText(criticalPathGas)}, tail ${gasText(tailGas)}: parallelism ${times(parallelism)}`,
    '',
  ];
  if (hot.length === 0) lines.push('Nobody waited for anybody.');
  else lines.push('What they waited over, dearest first:', '');
  hot.slice(0, most).forEach((field, index) => {
    lines.push(...hotText(field, index + 1), '');
  });
  if (hot.length > most) lines.push(`… and ${hot.length - most} more`, '');
  if (tail.length > 0) lines.push('In the tail:', '');
  for (const line of tail) {
    const full = line.full > 0 ? `, ${line.full} found it full` : '';
    const what = line.what === undefined ? '' : ` (${line.what})`;
    lines.push(
      `  ${line.method}: ${count(line.transactions, 'transaction')}, ${TAIL_REASONS[line.reason]}${what}${full}`,
      ...wrap(line.advice),
      '',
    );
  }
  return lines.join('\n').trimEnd();
}

const MODES = { read: 'reads', add: 'adds', unfit: 'might pass its bounds', write: 'writes' } as const;

function hotText(field: HotField, rank: number): string[] {
  const share = `${(field.share * 100).toFixed(0)}% of the critical path`;
  const who = field.uses
    .slice(0, 4)
    .map(({ method, mode, transactions }) => `${method} ${MODES[mode]} (${transactions})`);
  return [
    `${String(rank).padStart(3)}. ${field.name}`,
    ...wrap(
      `${gasText(field.costGas)} in line, ${share}; ${count(field.transactions, 'transaction')} waited: ${who.join(', ')}`,
    ),
    ...wrap(field.advice),
    ...wrap(
      `without it${rank > 1 ? ' and those above' : ''}: parallelism ${times(field.parallelismWithout)}`,
    ),
    ...field.keys.map(({ name, costGas }) => `${INDENT}  ${gasText(costGas).padStart(11)}  ${name}`),
  ];
}

/** `4.8M gas`. */
export function gasText(gas: number): string {
  if (gas >= 1e9) return `${(gas / 1e9).toFixed(2)}G gas`;
  if (gas >= 1e6) return `${(gas / 1e6).toFixed(1)}M gas`;
  if (gas >= 1e4) return `${(gas / 1e3).toFixed(0)}k gas`;
  return `${gas} gas`;
}

export function count(number: number, what: string): string {
  return `${number.toLocaleString('en-US')} ${what}${number === 1 ? '' : 's'}`;
}

const times = (value: number): string => `${value >= 100 ? value.toFixed(0) : value.toFixed(1)}x`;

/** Lines of at most `WIDTH` characters, indented. */
export function wrap(text: string, indent = INDENT): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > WIDTH) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, indent + line];
}
