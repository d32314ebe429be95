// Which lines of the contracts tests ran: the statements of coverage builds against what test chains noted down.
import type { CoverPoint } from '@weft/sdk/compiler/cover';

/** One source file of a contract. */
export interface CoverageLine {
  readonly contract: string;
  readonly file: string;
  /** Lines with statements, and those of them that ran. */
  readonly lines: number;
  readonly covered: number;
  /** Those that did not, ascending. */
  readonly missing: readonly number[];
}

/** `contracts`: by class name; `covered`: numbers of statements by class name. A line counts when one statement of it ran. */
export function coverageLines(
  contracts: Readonly<Record<string, readonly CoverPoint[]>>,
  covered: Readonly<Record<string, readonly number[]>>,
): CoverageLine[] {
  return Object.entries(contracts).flatMap(([contract, points]) => {
    const ran = new Set(covered[contract]);
    return [...new Set(points.map(({ file }) => file))].map((file) => {
      const all = points.flatMap((point, index) => (point.file === file ? [{ ...point, index }] : []));
      const lines = [...new Set(all.map(({ line }) => line))].sort((a, b) => a - b);
      const hit = new Set(all.filter(({ index }) => ran.has(index)).map(({ line }) => line));
      const missing = lines.filter((line) => !hit.has(line));
      return { contract, file, lines: lines.length, covered: hit.size, missing };
    });
  });
}

/** One line a file. */
export function coverageTable(lines: readonly CoverageLine[]): string {
  return lines
    .map(({ contract, file, lines: all, covered, missing }) => {
      const percent = all === 0 ? 100 : Math.floor((100 * covered) / all);
      const rest = missing.length === 0 ? '' : `, not run: ${rangesText(missing)}`;
      return `${contract} ${file}: ${covered} of ${all} lines (${percent} %)${rest}`;
    })
    .join('\n');
}

/** `3, 7-9` */
function rangesText(lines: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const line of lines) {
    const open = ranges.at(-1);
    if (open !== undefined && line === open.last + 1) open.last = line;
    else ranges.push({ first: line, last: line });
  }
  return ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}
