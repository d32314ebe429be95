// One process, one compiler mode: runs every converted script of a folder and prints the tallies as JSON.
// Arguments: the folder, then `bare` or `metered`.
import { readdirSync, readFileSync } from 'node:fs';
import { BARE, type Bytes, METERED } from './engines.js';
import { runScript, type Tally } from './run-script.js';
import type { Script } from './script.js';

const [folder = '', engine] = process.argv.slice(2);
const tallies: Record<string, Tally> = {};
for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
  const script = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as Script;
  const load = (file: string): Bytes => new Uint8Array(readFileSync(`${folder}/${file}`));
  tallies[name] = runScript(script, engine === 'bare' ? BARE : METERED, load);
}
process.stdout.write(JSON.stringify(tallies));
