// Style that a machine can hold: file and function size, coded errors, marks of unfinished work, opening comments.
import { readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, sourceFiles } from '../support/source-tree.js';

const FILE_LINES_MAX = 500;
const FUNCTION_LINES_MAX = 70;
const SOURCE = ['runtime/src', 'sdk/compiler', 'sdk/client', 'sdk/testing', 'contracts', 'cli/src'];
const TESTS = ['runtime/test', 'sdk/test', 'contracts/test', 'cli/test', 'test'];
const isTest = (file: string): boolean =>
  /\/test\//.test(relative(ROOT, file)) || relative(ROOT, file).startsWith('test/');

/** Typed ABIs are generated, and held against their contracts by a test of their own. */
const isGenerated = (file: string): boolean => file.endsWith('.abi.ts');

const sources = SOURCE.flatMap((folder) => sourceFiles(folder)).filter(
  (file) => !isTest(file) && !isGenerated(file),
);
const tests = TESTS.flatMap((folder) => sourceFiles(folder));
const assembly = [...sourceFiles('sdk/assembly'), ...sourceFiles('contracts')].filter(
  (file) => !isTest(file) && !isGenerated(file),
);

function breaches(
  files: readonly string[],
  check: (text: string, file: string) => string | undefined,
): string[] {
  return files.flatMap((file) => {
    const found = check(readFileSync(file, 'utf8'), file);
    return found === undefined ? [] : [`${relative(ROOT, file)}: ${found}`];
  });
}

describe('style', () => {
  it('there is something to check', () => {
    expect(sources.length).toBeGreaterThan(20);
    expect(tests.length).toBeGreaterThan(10);
  });

  it(`files have at most ${FILE_LINES_MAX} lines`, () => {
    const found = breaches([...new Set([...sources, ...tests, ...assembly])], (text) => {
      const lines = text.split('\n').length - 1;
      return lines > FILE_LINES_MAX ? `${lines} lines` : undefined;
    });
    expect(found).toEqual([]);
  });

  it(`functions have at most ${FUNCTION_LINES_MAX} lines`, () => {
    const found = breaches(sources, (text) => {
      const long = longFunctions(text).map(({ name, lines }) => `${name} has ${lines} lines`);
      return long.length > 0 ? long.join(', ') : undefined;
    });
    expect(found).toEqual([]);
  });

  it('files open with a comment and are named in kebab-case', () => {
    const found = breaches(sources, (text, file) => {
      if (!/^[a-z0-9.-]+$/.test(basename(file))) return 'name';
      return /^(#!.*\n)?(\/\/|\/\*)/.test(text) ? undefined : 'no opening comment';
    });
    expect(found).toEqual([]);
  });

  it('every error is coded, nothing is unfinished or hidden from the compiler', () => {
    const found = breaches(sources, (text) => {
      const match =
        /throw new (Error|TypeError|RangeError)\(|@ts-ignore|@ts-expect-error|\b(TODO|FIXME|XXX)\b/.exec(
          text,
        );
      return match ? match[0] : undefined;
    });
    expect(found).toEqual([]);
  });

  it('no clock or randomness below node, except where the host of a run is measured', () => {
    const files = sourceFiles('runtime/src').filter((file) => !/runtime\/src\/node\//.test(file));
    const found = breaches(
      files,
      (text) => /\bDate\.now\(|new Date\(\)|Math\.random\(|randomBytes\(/.exec(text)?.[0],
    );
    expect(found).toEqual([]);
  });

  it('every test runs', () => {
    const found = breaches(
      tests,
      (text) => /\b(it|test|describe)\.(only|todo)\(|\b(it|test|describe)\.skip\(/.exec(text)?.[0],
    );
    expect(found.filter((line) => !line.startsWith('test/tidy/'))).toEqual([]);
  });
});

/** Functions and methods longer than the limit, by matching braces from a declaration's line. */
function longFunctions(text: string): { name: string; lines: number }[] {
  const lines = text.split('\n');
  const found: { name: string; lines: number }[] = [];
  lines.forEach((line, start) => {
    const indent = /^\s*/.exec(line)?.[0] ?? '';
    const declared =
      /^\s*(?:export )?(?:async )?function\*? (\w+)/.exec(line) ??
      /^\s*(?:export )?const (\w+)(?:: [^=]+)? = (?:async )?(?:\([^)]*\)|\w+)(?:: [^=]+)? => \{$/.exec(
        line,
      ) ??
      /^\s+(?:(?:private|public|protected|static|override|async|get|set) )*(?!if|for|while|switch|catch|return|function)(\w+)\(.*\{$/.exec(
        line,
      );
    if (!declared) return;
    for (let end = start + 1; end < lines.length; end++) {
      const candidate = lines[end] as string;
      if (candidate.startsWith(`${indent}}`)) {
        const count = end - start + 1;
        if (count > FUNCTION_LINES_MAX) found.push({ name: declared[1] as string, lines: count });
        return;
      }
    }
  });
  return found;
}
