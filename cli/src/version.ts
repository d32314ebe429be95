// The version the package was published under.
import { readFileSync } from 'node:fs';

/** From package.json beside dist. */
export function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
