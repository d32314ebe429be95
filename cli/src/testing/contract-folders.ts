// The contracts of a project: the folders in contracts/ that hold source.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Paths, in order of name; none where there is no contracts/. */
export async function contractFolders(folder: string): Promise<readonly string[]> {
  const root = join(folder, 'contracts');
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name));
  const withSource = await Promise.all(
    folders.map(async (path) => (await readdir(path)).some((name) => /^[^.]+\.ts$/.test(name))),
  );
  return folders.filter((_, index) => withSource[index]).sort();
}
