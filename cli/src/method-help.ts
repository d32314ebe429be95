// Help that an ABI gives: which methods a contract has, and what one of them takes and touches.
import { type Abi, type AbiMethod, abiLayout } from '@weft/runtime/types/abi';
import type { Layout } from '@weft/runtime/types/layout';

/** `--help` or `-h` among the words of a command whose further options are a contract's. */
export const asksForHelp = (words: readonly string[]): boolean =>
  words.includes('--help') || words.includes('-h');

/** The methods one may use from `verb` (`call` shows views first, `send` the others alone). */
export function contractHelp(abi: Abi, verb: 'call' | 'send', name: string): string {
  const methods = abi.methods.filter(({ kind }) => (verb === 'call' ? kind !== 'init' : kind === 'call'));
  const views = methods.filter(({ kind }) => kind === 'view');
  const others = methods.filter(({ kind }) => kind === 'call');
  const ordered = verb === 'call' ? [...views, ...others] : others;
  const lines = ordered.map((method) => [signature(method), firstLine(method.doc)] as const);
  const width = Math.min(60, Math.max(0, ...lines.map(([left]) => left.length)));
  return [
    `Usage: weft ${verb} ${name} <method> [--argument value ...] [options]`,
    '',
    ...(abi.doc === undefined ? [] : [`${abi.name}: ${firstLine(abi.doc)}`, '']),
    'Methods:',
    ...lines.map(([left, doc]) => `  ${left.padEnd(width)}  ${doc}`.trimEnd()),
    '',
    `\`weft ${verb} ${name} <method> --help\` says more of one; \`weft ${verb} --help\` lists the options.`,
  ].join('\n');
}

/** What a method takes, gives and touches. */
export function methodHelp(
  abi: Abi,
  verb: 'call' | 'send' | 'deploy',
  name: string,
  method: AbiMethod,
): string {
  const width = Math.max(0, ...method.args.map((argument) => argument.name.length));
  const usage =
    verb === 'deploy' ? `weft deploy ${name} [options] --` : `weft ${verb} ${name} ${method.name}`;
  return [
    `Usage: ${[usage, ...method.args.map(argumentUsage)].join(' ')}`,
    '',
    ...(method.doc === undefined ? [] : [method.doc, '']),
    ...(method.args.length === 0 ? ['It takes no arguments.'] : ['Arguments:']),
    ...method.args.map(
      (argument) =>
        `  --${argument.name.padEnd(width)}  ${argument.type}: ${form(abiLayout(abi, argument.type))}`,
    ),
    ...(method.result === undefined ? [] : ['', `Returns ${method.result}.`]),
    ...(method.payable ? ['', 'It accepts native units (`--pay`).'] : []),
    ...(method.access.length === 0 ? [] : ['', 'Touches:', ...method.access.map((line) => `  ${line}`)]),
  ].join('\n');
}

function signature({ name, args }: AbiMethod): string {
  return [name, ...args.map(argumentUsage)].join(' ');
}

const argumentUsage = ({ name, type }: { readonly name: string; readonly type: string }): string =>
  type.endsWith('?') ? `[--${name} <${type.slice(0, -1)}>]` : `--${name} <${type}>`;

const firstLine = (doc: string | undefined): string => doc?.split('\n')[0] ?? '';

/** How a person writes a value of a layout. */
function form(layout: Layout): string {
  switch (layout.kind) {
    case 'bool':
      return 'true or false';
    case 'string':
      return 'text';
    case 'address':
      return 'weft1…';
    case 'hash':
      return '0x and 64 hexadecimal digits';
    case 'bytes':
      return '0x and hexadecimal digits';
    case 'fixed':
      return `0x and ${2 * layout.length} hexadecimal digits`;
    case 'option':
      return `${form(layout.item)}, or nothing`;
    case 'list':
      return `JSON list of: ${form(layout.item)}`;
    case 'struct':
      return `JSON object of ${layout.fields.map(({ name }) => name).join(', ')}`;
    default:
      return 'a whole number';
  }
}
