// Writes a new project from a template: files as they are, with the names of the project and its contract filled in.
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError } from '../errors.js';

const TEMPLATES = fileURLToPath(new URL('../../templates', import.meta.url));
/** Every template's contract folder. */
const CONTRACTS = { escrow: 'escrow', token: 'token', empty: 'counter' } as const;

export type Template = keyof typeof CONTRACTS;
export const TEMPLATE_NAMES = Object.keys(CONTRACTS) as readonly Template[];

/** What every project is tested and checked with; exact, so that two projects made with one Weft are the same. */
export const PROJECT_TOOLS = { '@types/node': '20.19.0', typescript: '7.0.2', vitest: '4.1.12' } as const;

/** Files that cannot carry their own name inside a package. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: '.gitignore' };

/** Writes all but the packages. @throws CLI_FOLDER_IN_USE */
export async function writeProject(folder: string, template: Template): Promise<void> {
  const present = await readdir(folder).catch(() => []);
  if (present.length > 0)
    throw new CliError('CLI_FOLDER_IN_USE', { got: present.slice(0, 5), place: folder });
  await mkdir(folder, { recursive: true });
  await cp(join(TEMPLATES, template), folder, { recursive: true });
  const contract = CONTRACTS[template];
  if (template === 'token') await copyToken(folder);
  for (const file of await readdir(join(TEMPLATES, 'common'))) {
    const text = await readFile(join(TEMPLATES, 'common', file), 'utf8');
    const filled = text.replaceAll('{{name}}', projectName(folder)).replaceAll('{{contract}}', contract);
    await writeFile(join(folder, RENAMED[file] ?? file), filled);
  }
}

/** `package.json`: `packages` are file names in vendor/ by package name. */
export async function writeManifest(
  folder: string,
  template: Template,
  packages: Readonly<Record<string, string>>,
): Promise<void> {
  const ours = Object.fromEntries(
    Object.entries(packages).map(([name, file]) => [name, `file:vendor/${file}`] as const),
  );
  const manifest = {
    name: projectName(folder),
    version: '0.0.0',
    private: true,
    type: 'module',
    engines: { node: '>=20.19' },
    scripts: {
      build: `weft build contracts/${CONTRACTS[template]}`,
      test: 'weft test',
      gas: 'weft test --gas',
      coverage: 'weft test --coverage',
      check: 'tsc',
    },
    devDependencies: { ...ours, ...PROJECT_TOOLS },
    // What our packages ask of each other is in vendor/ too, never in a registry.
    overrides: Object.fromEntries(Object.keys(ours).map((name) => [name, `$${name}`])),
  };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

/** The ready token is the template: one source, not two. */
async function copyToken(folder: string): Promise<void> {
  const source = fileURLToPath(
    new URL('./token/token.ts', import.meta.resolve('@weft/contracts/package.json')),
  );
  await mkdir(join(folder, 'contracts/token'), { recursive: true });
  await cp(source, join(folder, 'contracts/token/token.ts'));
}

function projectName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? 'weft-project' : name;
}
