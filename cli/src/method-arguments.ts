// Method arguments by name: `--to weft1… --amount 5` after the method, checked against the ABI.
import { type Abi, type AbiParameter, abiLayout } from '@weft/runtime/types/abi';
import type { NamedValues } from '@weft/sdk/client/contract-codec';
import { parseValue } from '@weft/sdk/client/values';
import { CliError } from './errors.js';

/** The values of a method's parameters from the words of a command line. @throws CLI_ARGUMENT, CLIENT_ARGUMENT */
export function parseArguments(
  abi: Abi,
  parameters: readonly AbiParameter[],
  words: readonly string[],
): NamedValues {
  const given = readNamedArguments(words);
  const isGiven = ({ name }: AbiParameter): boolean => given.has(name) || given.has(kebab(name));
  // An option that is not said is nothing.
  const meant = parameters.filter((parameter) => isGiven(parameter) || !parameter.type.endsWith('?'));
  const texts = orderArguments(
    meant.map(({ name }) => name),
    given,
  );
  return Object.fromEntries(
    meant.map(({ name, type }, index) => [
      name,
      parseValue(abiLayout(abi, type), texts[index] as string, name),
    ]),
  );
}

/** `--name value` pairs of a command line, in order. A name may stand once. @throws CLI_ARGUMENT */
export function readNamedArguments(words: readonly string[]): Map<string, string> {
  const given = new Map<string, string>();
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string;
    const match = /^--([A-Za-z_][A-Za-z0-9_-]*)(?:=([\s\S]*))?$/.exec(word);
    if (!match) throw new CliError('CLI_ARGUMENT', { expected: '--name value', got: word });
    const name = match[1] as string;
    const value = match[2] ?? words[++index];
    if (value === undefined)
      throw new CliError('CLI_ARGUMENT', { expected: 'a value', got: 'nothing', place: `--${name}` });
    if (given.has(name))
      throw new CliError('CLI_ARGUMENT', { expected: 'the argument once', got: 'twice', place: `--${name}` });
    given.set(name, value);
  }
  return given;
}

/** The texts in the order of `names`; names may be written in kebab-case. @throws CLI_ARGUMENT */
export function orderArguments(names: readonly string[], given: ReadonlyMap<string, string>): string[] {
  const byName = new Map<string, string>();
  for (const [name, value] of given) {
    const known = names.find((candidate) => candidate === name || kebab(candidate) === name);
    if (known === undefined) {
      throw new CliError('CLI_ARGUMENT', {
        expected: names.length > 0 ? names.map((known) => `--${known}`) : 'no arguments',
        got: `--${name}`,
      });
    }
    byName.set(known, value);
  }
  return names.map((name) => {
    const value = byName.get(name);
    if (value === undefined)
      throw new CliError('CLI_ARGUMENT', {
        expected: names.map((known) => `--${known}`),
        got: `no --${name}`,
      });
    return value;
  });
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
