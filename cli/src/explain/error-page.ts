// A page about a code: what it means, where it comes from, what that leaves undone, and what to do. Codes are those of
// errors, of receipts, of contract failures and of transactions that wait.
import { explainError, listErrorCodes } from '@weft/runtime/base/errors';
import { RECEIPT_STATUS } from '@weft/runtime/types/receipt';
import { FAILURE_CODE } from '@weft/runtime/vm/failure';
import { hostFailure, statusFailure } from '@weft/sdk/client/host-failures';
import { LAYERS } from './layers.js';
import './tables.js';

export interface ErrorPage {
  readonly code: string;
  /** One clause. */
  readonly what: string;
  /** Where in the data's way it arises, and what it leaves. */
  readonly where: string;
  readonly fix: string;
  /** Page of the specification or the README that has the rules. */
  readonly see: string;
}

/** Every code there is a page of, sorted. */
export function explainedCodes(): readonly string[] {
  const codes = [
    ...listErrorCodes(),
    ...Object.keys(RECEIPT_STATUS),
    ...Object.keys(FAILURE_CODE),
    ...Object.keys(WAITS),
  ];
  return [...new Set(codes)].sort();
}

/** The page of a code, or undefined for a text that is none. */
export function errorPage(code: string): ErrorPage | undefined {
  return waitPage(code) ?? errorOf(code) ?? receiptPage(code) ?? failurePage(code);
}

/** The page as text. */
export function pageText({ code, what, where, fix, see }: ErrorPage): string {
  return [
    code,
    '',
    `  ${what}`,
    '',
    ...wrap(where),
    '',
    ...wrap(`What to do: ${fix}`),
    '',
    `  See ${see}`,
  ].join('\n');
}

function errorOf(code: string): ErrorPage | undefined {
  const row = explainError(code);
  const layer = LAYERS[code.split('_')[0] ?? ''];
  if (row === undefined || layer === undefined) return undefined;
  return { code, what: row.what, where: layer.where, fix: row.fix ?? layer.fix, see: layer.see };
}

function receiptPage(code: string): ErrorPage | undefined {
  if (!Object.hasOwn(RECEIPT_STATUS, code)) return undefined;
  const see = 'runtime/docs/spec/receipt.md';
  if (code === 'OK')
    return { code, what: 'the transaction did what it was sent for', where: INCLUDED, fix: 'Nothing.', see };
  const { what, fix } = statusFailure(code);
  if (code.startsWith('INVALID_')) {
    const where =
      'The status of a receipt: a decided block holds the transaction, but it took no part. It paid nothing and used no nonce. ' +
      'Nodes do not propose such transactions; a proposer that does costs everybody one check.';
    return { code, what, where, fix: fix ?? 'Sign it again with what the chain expects.', see };
  }
  const tail = code === 'ACCESS_TAIL_FULL' ? ` ${TAIL}` : '';
  return { code, what, where: INCLUDED + tail, fix: fix ?? LAYERS['CLIENT']?.fix ?? '', see };
}

const INCLUDED =
  'The status of a receipt: a block includes the transaction. Unless it is OK everything the transaction did is undone, but ' +
  'its nonce is used and its gas is paid.';
const TAIL =
  'It touched a key that its access set does not name, and was to run again in the serial tail of its block, whose gas ' +
  '(tailGasMax) was spent by others, or by more than a quarter by its own sender or contract. `weft send` simulates first and ' +
  'declares what is missing; `weft explain TRANSACTION` names the key.';

function failurePage(code: string): ErrorPage | undefined {
  if (!Object.hasOwn(FAILURE_CODE, code)) return undefined;
  const { what, fix } = hostFailure(FAILURE_CODE[code as keyof typeof FAILURE_CODE]);
  const where =
    'A failure of a contract call, as a number in the receipt: the runtime or the contract itself ended the call, and what it ' +
    'did is undone. A caller that used tryCall may have gone on.';
  return { code, what, where, fix: fix ?? TRACE, see: 'runtime/docs/spec/host.md' };
}

const TRACE =
  '`weft trace TRANSACTION` shows which call it was, with its line of the source where it was built here.';

function waitPage(code: string): ErrorPage | undefined {
  const what = Object.hasOwn(WAITS, code) ? WAITS[code] : undefined;
  if (what === undefined) return undefined;
  const where =
    'Why a pending transaction was left out of the last proposal. It stays in the pool, has paid nothing, and a later block ' +
    'may take it.';
  return {
    code,
    what,
    where,
    fix: 'Wait, or replace it at a gas price a tenth higher; `weft_getPending` says what it lacks.',
    see: 'weft_getPending in runtime/docs/spec/rpc.md',
  };
}

const WAITS: Readonly<Record<string, string>> = {
  BLOCK_GAS: 'dearer transactions filled the block with gas',
  BLOCK_BYTES: 'dearer transactions filled the block with bytes',
  BLOCK_COUNT: 'dearer transactions filled the block',
  BLOCK_LIMIT: 'another limit of the block was reached when it ran',
  CRITICAL_PATH: 'too many transactions before it want the same keys',
  RESERVE: "an earlier transaction of its lane waits, or its payer's balance is promised to others",
  ACCESS_VIOLATION: 'it went outside its access set',
  TAIL_FULL: 'it can only run in the tail of a block, which was full',
};

const WIDTH = 96;

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = ' ';
  for (const word of text.split(' ')) {
    if (line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = ' ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
