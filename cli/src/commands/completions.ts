// `weft completions`: a script for a shell, made from the command tree; and the names of contracts, methods and arguments
// that the script asks for, which depend on the folder.
import { cwd } from 'node:process';
import type { Command, Option } from 'commander';
import { ABOUT } from '../about.js';
import { NAMING, namesAfter } from '../completion-names.js';
import { CliError } from '../errors.js';
import { addCommand, shared } from '../options.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
/** In place of a shell. */
const NAMES = 'names';
const USE = {
  bash: 'weft completions bash >> ~/.bash_completion',
  zsh: 'weft completions zsh > ~/.zfunc/_weft',
  fish: 'weft completions fish > ~/.config/fish/completions/weft.fish',
};

/** Commands that take names, as a pattern of `case`. */
const NAMING_PATHS = Object.keys(NAMING)
  .map((name) => `'weft ${name}'`)
  .join('|');

/** A command as a shell completes it: its words so far, what may follow. */
interface Entry {
  /** `weft`, `weft keys`. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly { readonly flag: string; readonly description: string }[];
}

export function addCompletions(program: Command): void {
  addCommand(program, 'completions <shell> [words...]', ABOUT.completions)
    .addHelpText(
      'after',
      `\n${SHELLS.map((shell) => `  ${USE[shell]}`).join('\n')}\n
What the scripts ask: contracts, methods and arguments that may stand behind words.
  weft completions names -- send token`,
    )
    .action(async (name: string, words: readonly string[], _options: object, command: Command) => {
      const { output } = shared(command);
      if (name === NAMES) {
        const names = await namesAfter(cwd(), words);
        output.result(names, names.join('\n'));
        return;
      }
      const shell = SHELLS.find((one) => one === name);
      if (shell === undefined) throw new CliError('CLI_USAGE', { expected: [...SHELLS, NAMES], got: name });
      const { createProgram } = await import('../main.js');
      const entries = entriesOf(await createProgram('all'), '');
      const script = { bash, zsh, fish }[shell](entries);
      output.result({ shell, script }, script);
    });
}

function entriesOf(command: Command, before: string): readonly Entry[] {
  const path = `${before} ${command.name()}`.trim();
  const visible = command.createHelp();
  const commands = visible
    .visibleCommands(command)
    .map((one) => ({ name: one.name(), description: one.description() }));
  const options = visible
    .visibleOptions(command)
    .filter((option): option is Option & { long: string } => option.long !== undefined)
    .map((option) => ({ flag: option.long, description: option.description }));
  return [{ path, commands, options }, ...command.commands.flatMap((one) => entriesOf(one, path))];
}

function bash(entries: readonly Entry[]): string {
  const cases = entries.map(({ path, commands, options }) => {
    const words = [...commands.map(({ name }) => name), ...options.map(({ flag }) => flag)];
    return `    '${path}') words='${words.join(' ')}' ;;`;
  });
  return `_weft() {
  local path=weft words= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
      ${entries
        .slice(1)
        .map(({ path }) => `'${path}'`)
        .join('|')}) path="$path $word" ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  case "$path" in
    ${NAMING_PATHS}) words="$words $(weft completions names -- "\${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _weft weft`;
}

function zsh(entries: readonly Entry[]): string {
  const quoted = (text: string): string => text.replaceAll("'", "'\\''").replaceAll(':', '\\:');
  const cases = entries.map(({ path, commands, options }) => {
    const words = [
      ...commands.map(({ name, description }) => `'${name}:${quoted(description)}'`),
      ...options.map(({ flag, description }) => `'${flag}:${quoted(description)}'`),
    ];
    return `    '${path}') found=(${words.join(' ')}) ;;`;
  });
  return `#compdef weft
_weft() {
  local at=weft word
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      ${entries
        .slice(1)
        .map(({ path }) => `'${path}'`)
        .join('|')}) at="$at $word" ;;
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
  case "$at" in
    ${NAMING_PATHS}) found+=(\${(f)"$(weft completions names -- "\${(@)words[2,CURRENT-1]}" 2>/dev/null)"}) ;;
  esac
  _describe 'weft' found || _files
}
_weft "$@"`;
}

function fish(entries: readonly Entry[]): string {
  const quoted = (text: string): string => text.replaceAll("'", "\\'");
  const lines = entries.flatMap(({ path, commands, options }) => {
    const [, ...words] = path.split(' ');
    const inner = commands.map(({ name }) => name).join(' ');
    const at =
      words.length === 0
        ? '__fish_use_subcommand'
        : [
            ...words.map((word) => `__fish_seen_subcommand_from ${word}`),
            ...(inner === '' ? [] : [`not __fish_seen_subcommand_from ${inner}`]),
          ].join('; and ');
    return [
      ...commands.map(
        ({ name, description }) => `complete -c weft -n '${at}' -f -a ${name} -d '${quoted(description)}'`,
      ),
      ...options.map(
        ({ flag, description }) =>
          `complete -c weft -n '${at}' -l ${flag.slice(2)} -d '${quoted(description)}'`,
      ),
    ];
  });
  const naming = Object.keys(NAMING).join(' ');
  const names = '(weft completions names -- (commandline -opc)[2..] 2>/dev/null)';
  return [...lines, `complete -c weft -n '__fish_seen_subcommand_from ${naming}' -f -a '${names}'`].join(
    '\n',
  );
}
