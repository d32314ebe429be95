// The house as a test: which folder of runtime/src may import which, and what a browser can load.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, ROOT, sourceFiles } from '../support/source-tree.js';

/** Folder of runtime/src → what it may import besides itself. */
const FLOORS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  types: ['base'],
  ports: ['base', 'types'],
  wasm: ['base', 'types', 'ports'],
  access: ['base', 'types', 'ports'],
  schedule: ['base', 'types', 'ports'],
  state: ['base', 'types', 'ports'],
  vm: ['base', 'types', 'ports', 'wasm', 'access'],
  execute: ['base', 'types', 'ports', 'wasm', 'access', 'schedule', 'vm'],
  chain: ['base', 'types', 'ports', 'wasm', 'access', 'schedule', 'state', 'vm', 'execute'],
  consensus: ['base', 'types', 'ports'],
  mempool: ['base', 'types', 'ports'],
  store: ['base', 'types', 'ports'],
  rpc: ['base', 'types', 'ports'],
};
/** The composition root may import everything. */
const ROOT_FOLDER = 'node';
/** Folders a browser loads: no `node:` module and nothing native under the browser condition. */
const BROWSER_SAFE = ['base', 'types', 'access'] as const;
/** What stands behind these names is native on Node; their browser condition names the portable one. */
const NATIVE: Readonly<Record<string, { readonly browser: string; readonly default: string }>> = {
  '#crypto': { browser: 'portable', default: 'native' },
  '#hash': { browser: 'portable-hash', default: 'native-hash' },
  '#hash-batch': { browser: 'portable-batch', default: 'native-batch' },
  '#sign': { browser: 'portable', default: 'native-sign' },
};
const NATIVE_FILES = Object.values(NATIVE).map((files) => `runtime/src/base/crypto/${files.default}.ts`);
const RUNTIME = join(ROOT, 'runtime/src');

const folderOf = (file: string): string => relative(RUNTIME, file).split('/')[0] as string;

describe('imports', () => {
  const files = sourceFiles('runtime/src');

  it('every folder of runtime/src is a known floor', () => {
    const known = new Set([...Object.keys(FLOORS), ROOT_FOLDER]);
    expect([...new Set(files.map(folderOf))].filter((folder) => !known.has(folder))).toEqual([]);
  });

  it('a floor imports only floors below it', () => {
    const breaches: string[] = [];
    for (const file of files) {
      const from = folderOf(file);
      if (from === ROOT_FOLDER) continue;
      for (const specifier of importsOf(file)) {
        if (!specifier.startsWith('.')) continue;
        const to = folderOf(resolve(dirname(file), specifier));
        if (to !== from && !FLOORS[from]?.includes(to))
          breaches.push(`${relative(ROOT, file)} imports ${specifier}`);
      }
    }
    expect(breaches).toEqual([]);
  });

  it('the chain reaches executors by their port: nothing of the parallel or the sequential one', () => {
    const executors = ['execute/parallel/', 'execute/sequential/', 'execute/threads/'];
    const reached = new Set(files.filter((file) => folderOf(file) === 'chain'));
    for (const file of reached) {
      for (const specifier of importsOf(file)) {
        if (specifier.startsWith('.')) reached.add(resolve(dirname(file), specifier.replace(/\.js$/, '.ts')));
      }
    }
    const breaches = [...reached].map((file) => relative(RUNTIME, file));
    expect(breaches.filter((file) => executors.some((executor) => file.startsWith(executor)))).toEqual([]);
  });

  it('browser-safe floors reach no node module, native package or Node global', () => {
    const breaches: string[] = [];
    for (const file of files) {
      const path = relative(ROOT, file);
      if (!BROWSER_SAFE.some((folder) => folder === folderOf(file)) || NATIVE_FILES.includes(path)) continue;
      for (const specifier of importsOf(file)) {
        const allowed =
          specifier.startsWith('.') ||
          Object.hasOwn(NATIVE, specifier) ||
          /^@(noble|scure)\//.test(specifier);
        if (!allowed) breaches.push(`${path} imports ${specifier}`);
      }
      const text = readFileSync(file, 'utf8');
      if (/\b(Buffer|process)\./.test(text)) breaches.push(`${path} uses a Node global`);
    }
    expect(breaches).toEqual([]);
  });

  it('the browser condition of what is native names the portable implementation', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'runtime/package.json'), 'utf8')) as {
      imports: Record<string, Record<string, string>>;
    };
    const inDist = (name: string) => `./dist/base/crypto/${name}.js`;
    for (const [name, files] of Object.entries(NATIVE))
      expect(manifest.imports[name]).toEqual({
        browser: inDist(files.browser),
        default: inDist(files.default),
      });
    expect(Object.keys(manifest.imports)).toEqual(Object.keys(NATIVE));
  });

  it('the client loads in a browser: sdk/client reaches only browser-safe floors', () => {
    const breaches: string[] = [];
    for (const file of sourceFiles('sdk/client')) {
      for (const specifier of importsOf(file)) {
        const runtime = /^@weft\/runtime\/([a-z]+)\//.exec(specifier);
        const allowed =
          specifier.startsWith('.') ||
          (runtime !== null && BROWSER_SAFE.some((folder) => folder === runtime[1])) ||
          /^@(noble|scure)\//.test(specifier) ||
          specifier === '@jridgewell/trace-mapping';
        if (!allowed) breaches.push(`${relative(ROOT, file)} imports ${specifier}`);
      }
    }
    expect(breaches).toEqual([]);
  });

  it('the independent replay never loads the parallel executor', () => {
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const target of targetsOf(file)) visit(target);
    };
    visit(join(ROOT, 'cli/src/demo/replay-process.ts'));
    const paths = [...reached].map((file) => relative(ROOT, file));
    expect(paths).toContain('runtime/src/execute/sequential/oracle.ts');
    expect(paths.filter((path) => path.startsWith('runtime/src/execute/parallel/'))).toEqual([]);
  });

  it('no file imports in a circle', () => {
    const edges = new Map(files.map((file) => [file, targetsOf(file)]));
    expect(findCycle(edges)?.map((file) => relative(ROOT, file))).toBeUndefined();
  });
});

/** Source files a file imports, across packages: `@weft/runtime/x` is runtime/src/x.ts, the others lie at their root. */
function targetsOf(file: string): string[] {
  return importsOf(file).flatMap((specifier) => {
    if (specifier.startsWith('.')) return [resolve(dirname(file), specifier).replace(/\.js$/, '.ts')];
    const [, name, path] = /^@weft\/(runtime|sdk|contracts)\/(.+)$/.exec(specifier) ?? [];
    if (name === undefined) return [];
    return [join(ROOT, name, name === 'runtime' ? 'src' : '', `${path}.ts`)].filter((target) =>
      existsSync(target),
    );
  });
}

/** The first import circle found, or undefined. Type-only imports count too: a circle of types is a circle. */
function findCycle(edges: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  const visit = (file: string): string[] | undefined => {
    if (state.get(file) === 'done') return undefined;
    if (state.get(file) === 'open') return [...path.slice(path.indexOf(file)), file];
    state.set(file, 'open');
    path.push(file);
    for (const target of edges.get(file) ?? []) {
      const cycle = visit(target);
      if (cycle) return cycle;
    }
    path.pop();
    state.set(file, 'done');
    return undefined;
  };
  for (const file of edges.keys()) {
    const cycle = visit(file);
    if (cycle) return cycle;
  }
  return undefined;
}
