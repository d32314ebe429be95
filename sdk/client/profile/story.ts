// Why one transaction waited, told to whoever sent it; and a block, line by line.
import {
  type ExplainedResource,
  type ExplainedTransaction,
  type ExplainedWait,
  type ExplainRecord,
  TAIL_REASONS,
  type UnfitAdd,
  WAIT_REASONS,
} from '@weft/runtime/types/explain-record';
import type { TransactionExplanation } from '@weft/runtime/types/explain-transaction';
import { type AbiOf, contractLabel, methodLabel, resourceLabel } from './names.js';
import { count, gasText, wrap } from './text.js';

/** Links of the chain that are told, the nearest. */
const LINKS = 12;

/** The whole story of a transaction. */
export function transactionStory(explained: TransactionExplanation, abiOf: AbiOf): string {
  const { transaction, index, height, resources, chain, chainLength, criticalPathGas } = explained;
  const where = (resource: number) => labelAt(resources, resource, abiOf);
  const lines = [
    `${methodLabel(transaction, abiOf)} by ${transaction.sender}`,
    `transaction ${index} of block ${height}: ${transaction.status}, ${gasText(transaction.gasUsed)} used of ${gasText(transaction.gasLimit)}`,
    '',
    ...wrap(startText(transaction, criticalPathGas), ''),
  ];
  for (const wait of transaction.waits) lines.push(...waitText(wait, transaction, where));
  if (chainLength > 0) {
    lines.push('', `The chain it stood behind, ${count(chainLength, 'transaction')}:`, '');
    const told = chain.slice(-LINKS);
    if (told.length < chainLength) lines.push(`  … ${chainLength - told.length} before these`);
    told.forEach((link, place) => {
      const over = link.waits[0];
      const first = place === 0 && told.length === chainLength;
      const why = first || over === undefined ? 'waited for nobody' : `over ${where(over.resource)}`;
      lines.push(`  #${link.index}  ${methodLabel(link, abiOf)}, ${gasText(link.gasLimit)}: ${why}`);
    });
    const [last] = transaction.waits;
    lines.push(`  #${index}  this one: over ${last === undefined ? 'nothing' : where(last.resource)}`);
  }
  if (transaction.tail !== undefined) lines.push('', ...wrap(tailText(transaction, abiOf), ''));
  return lines.join('\n');
}

/** One line a transaction that waited or went to the tail, after the block's figures. */
export function blockStory(record: ExplainRecord, abiOf: AbiOf, most = 50): string {
  const { height, transactions, gas, criticalPathGas, tailGas, parallelism, criticalPath } = record;
  const onPath = new Set(criticalPath);
  const waiting = transactions
    .map((one, index) => ({ one, index }))
    .filter(({ one }) => one.waits.length > 0 || one.tail);
  const lines = [
    `block ${height}: ${count(transactions.length, 'transaction')}, ${gasText(gas)}`,
    `critical path ${gasText(criticalPathGas)} over ${count(criticalPath.length, 'transaction')}, tail ${gasText(tailGas)}: parallelism ${parallelism.toFixed(1)}x`,
    `${count(waiting.length, 'transaction')} waited or ran in the tail (* on the critical path):`,
    '',
  ];
  for (const { one, index } of waiting.slice(0, most)) {
    const [wait] = one.waits;
    const label =
      wait === undefined
        ? ''
        : `after #${wait.after} over ${labelAt(record.resources, wait.resource, abiOf)}: ${WAIT_REASONS[wait.reason]}`;
    const tail =
      one.tail === undefined ? '' : `${wait === undefined ? '' : '; '}tail: ${TAIL_REASONS[one.tail.reason]}`;
    lines.push(`${onPath.has(index) ? '*' : ' '} #${index}  ${methodLabel(one, abiOf)}  ${label}${tail}`);
  }
  if (waiting.length > most) lines.push(`  … and ${waiting.length - most} more`);
  return lines.join('\n').trimEnd();
}

function startText(
  { chainGas, gasLimit, waits, phase, uses }: ExplainedTransaction,
  criticalPathGas: number,
): string {
  if (phase === 'none') return 'It took no part in the block.';
  if (chainGas === 0) return 'It had no access set, so nothing could run beside it.';
  if (waits.length === 0)
    return `It waited for nobody: the ${count(uses.length, 'key')} it uses nobody before it uses in a way that conflicts.`;
  const share = ((100 * (chainGas - gasLimit)) / Math.max(1, criticalPathGas)).toFixed(0);
  return (
    `It could not start before ${gasText(chainGas - gasLimit)} of others had run, however many workers there are ` +
    `(${share}% of the block's critical path). It waited over ${count(waits.length, 'key')}:`
  );
}

function waitText(
  { resource, reason, after, behind, gas }: ExplainedWait,
  transaction: ExplainedTransaction,
  where: (resource: number) => string,
): string[] {
  const others = behind > 1 ? `, the last of ${behind} in line` : '';
  const unfit = transaction.uses.find((use) => use.resource === resource)?.unfit;
  return [
    '',
    ...wrap(`${where(resource)}`, '  '),
    ...wrap(`${reason}: ${WAIT_REASONS[reason]} (#${after}${others}; ${gasText(gas)} before it)`, '    '),
    ...(unfit === undefined ? [] : wrap(unfitText(unfit), '    ')),
  ];
}

function unfitText({ initial, unknown, earlierUp, earlierDown, up, down, floor, ceiling }: UnfitAdd): string {
  const held = unknown
    ? 'an earlier transaction may have left any value'
    : `it held ${initial} at the block's start; those before it may take ${earlierDown} and add ${earlierUp}`;
  const takes = down === '0' ? '' : ` This one may take ${down} and must leave ${floor}.`;
  const adds = up === '0' ? '' : ` This one may add ${up} and must not pass ${ceiling}.`;
  return `${held}.${takes}${adds}`;
}

function tailText({ tail }: ExplainedTransaction, abiOf: AbiOf): string {
  if (tail === undefined) return '';
  const { reason, ran, refusal, touched, after } = tail;
  const what =
    touched === undefined
      ? [refusal, after === undefined ? undefined : `#${after}`].filter((part) => part !== undefined).join()
      : `${touched.mode} ${touched.mode === 'call' ? contractLabel(touched.key, abiOf) : resourceLabel({ kind: 'key', key: touched.key }, abiOf)}`;
  const end = ran ? 'It ran alone, after the others.' : 'The tail was full, so it did not run.';
  return `It joined the tail: ${TAIL_REASONS[reason]}${what === '' ? '' : ` (${what})`}. ${end}`;
}

function labelAt(resources: readonly ExplainedResource[], number: number, abiOf: AbiOf): string {
  const resource = resources[number];
  return resource === undefined ? `#${number}` : resourceLabel(resource, abiOf);
}
