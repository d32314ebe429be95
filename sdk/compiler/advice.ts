// What to write when the AssemblyScript compiler refuses a line: its messages speak of its grammar and its types, these
// of what the author meant. Matched by the message and the line it points at.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Advice {
  /** In place of the compiler's own words. */
  readonly message?: string;
  readonly write: string;
}

interface Rule {
  readonly message?: RegExp;
  readonly line?: RegExp;
  readonly advice: Advice | ((message: string, line: string) => Advice | undefined);
}

const NEW = /\bnew\s+(\w+)\s*\(/;

const RULES: readonly Rule[] = [
  {
    message: /Not implemented: Closures/,
    advice: {
      message: 'a function inside a method cannot use the variables around it',
      write: 'a loop: for (let i = 0; i < list.length; i++) { … }',
    },
  },
  {
    line: /\basync\b|\bawait\b/,
    advice: {
      message: 'a contract runs at once, to its end',
      write: 'the method without async and await; a call to another contract returns its result',
    },
  },
  {
    line: /\b\d+n\b/,
    advice: {
      message: 'there are no bigint literals',
      write: 'u128.from(1000), or 1000 where a u64 is wanted',
    },
  },
  {
    line: /\w\?\.\w/,
    advice: { message: 'there is no `?.`', write: 'const note = row.note; if (note !== null) … note.length' },
  },
  {
    line: /\?\?/,
    advice: {
      message: 'there is no `??`',
      write: "const note = row.note; return note === null ? 'none' : note",
    },
  },
  {
    message: /Identifier expected/,
    line: /\b(?:const|let|var)\s*[{[]/,
    advice: { message: 'there is no destructuring', write: 'const row = …; then row.a and row.b' },
  },
  {
    message: /union types/,
    advice: {
      message: 'a value has one type; only `T | null` is a choice',
      write: 'one type, or a @struct with a field for each',
    },
  },
  {
    message: /File '~lib\/[^']*' not found/,
    advice: {
      message: 'contracts cannot use packages',
      write: "an import from '@weft/sdk/assembly', or from a file beside the contract: './tools'",
    },
  },
  {
    message: /Expected 2 arguments, but got 1/,
    line: /\brequire\(/,
    advice: { write: "require(condition, 'what is wrong')" },
  },
  {
    message: /Expected \d+ arguments, but got/,
    line: NEW,
    advice: (_message, line) => ({
      write: `new ${NEW.exec(line)?.[1]}(…) with all its fields, in the order they stand in the class`,
    }),
  },
  {
    message: /'(?:[iu](?:8|16|32|64))' is not assignable to type '(?:u128|u256|i128)/,
    advice: (message) => {
      const wide = /to type '(\w+)/.exec(message)?.[1];
      return { write: `${wide}.from(…) around the number` };
    },
  },
  {
    message: /'(?:u128|u256|i128)' is not assignable to type '(?:[iu](?:8|16|32|64))'/,
    advice: { write: '….toU64(), which reverts when the number does not fit' },
  },
  {
    message: /Cannot find name '(\w+)'/,
    advice: (message) => {
      const name = /'(\w+)'/.exec(message)?.[1] ?? '';
      return libraryNames().has(name)
        ? { write: `import { ${name} } from '@weft/sdk/assembly';` }
        : undefined;
    },
  },
  {
    message: /Operator '.*' cannot be applied to types/,
    advice: { write: 'both sides of one type: <u64>count, u128.from(count)' },
  },
  {
    message: /Type '.*' is not assignable to type/,
    advice: { write: 'a value of that type, or a conversion: <u64>count, u128.from(count)' },
  },
];

/** Names of our types without the path they come from. */
export function plainMessage(message: string): string {
  return message.replaceAll(/~lib\/[\w@/.-]*\//g, '').replaceAll("'String'", "'string'");
}

/** The advice for a compiler's message, `line` being the source line it points at. */
export function adviceFor(message: string, line: string): Advice | undefined {
  for (const rule of RULES) {
    if (rule.message && !rule.message.test(message)) continue;
    if (rule.line && !rule.line.test(line)) continue;
    const advice = typeof rule.advice === 'function' ? rule.advice(message, line) : rule.advice;
    if (advice) return advice;
  }
  return undefined;
}

let names: ReadonlySet<string> | undefined;

function libraryNames(): ReadonlySet<string> {
  if (!names) {
    const text = readFileSync(fileURLToPath(new URL('../../assembly/index.ts', import.meta.url)), 'utf8');
    names = new Set(
      [...text.matchAll(/export \{([^}]*)\}/g)].flatMap(([, list]) => list?.match(/\w+/g) ?? []),
    );
  }
  return names;
}
