// The node's structured log: a line of JSON an entry (pino). Secrets are left out by the names of their fields and by what
// introduces them in headers, and text of strangers cannot move a terminal's cursor nor turn what stands beside it.
import { type Logger, pino } from 'pino';
import { WeftError } from '../base/errors.js';

export interface LogOptions {
  /** The least that is written; default `info`. Blocks and ended connections are `debug`. */
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | undefined;
  /** Takes whole lines, each with its line feed; default: standard error. */
  readonly write?: ((line: string) => void) | undefined;
}

export type NodeLog = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** Fields nobody reads, at the top and up to three objects deep. */
const SECRETS = [
  'token',
  'authorization',
  'password',
  'passphrase',
  'mnemonic',
  'seed',
  'validatorSeed',
  'secret',
  'secretKey',
  'privateKey',
] as const;
const DEPTHS = ['', '*.', '*.*.', '*.*.*.'] as const;
/** In any text: what follows is a token. */
const TOKENS = /(Bearer |weft-token\.)[^\s"',\\]+/g;
/** Of Unicode's Cc, Cf, Zl and Zp, what JSON leaves as it is. The line feed that ends a line stays. */
const UNSEEN = /[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu;
const CAUSES_MAX = 4;

export function createLog({ level = 'info', write = toStandardError }: LogOptions = {}): NodeLog {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRETS.flatMap((name) => DEPTHS.map((depth) => depth + name)),
        censor: '[redacted]',
      },
      serializers: { error: errorJson },
    },
    { write: (line) => write(safeLine(line)) },
  );
}

/** What is known of a failure: code and context where it has them, its causes, a stack only where it has no code. */
function errorJson(error: unknown): unknown {
  return causesOf(error).map((one) => {
    if (one instanceof WeftError)
      return { code: one.code, message: one.message, context: one.toJSON().context };
    return one instanceof Error ? { message: one.message, stack: one.stack } : { message: String(one) };
  });
}

function causesOf(error: unknown): unknown[] {
  const causes: unknown[] = [];
  for (let one = error; one !== undefined && causes.length < CAUSES_MAX; one = (one as Error).cause) {
    causes.push(one);
    if (!(one instanceof Error)) break;
  }
  return causes;
}

/** The same JSON, with characters nobody sees as escapes of JSON. */
function safeLine(line: string): string {
  return line
    .replace(TOKENS, '$1[redacted]')
    .replace(UNSEEN, (character) =>
      Array.from(
        { length: character.length },
        (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
      ).join(''),
    );
}

function toStandardError(line: string): void {
  process.stderr.write(line);
}
