// The commands about a project as a whole: `weft init` and `weft test`.
import type { Command } from 'commander';
import { addInit } from './init.js';
import { addTest } from './test.js';

/** In the order help shows them. */
export function addProjectCommands(program: Command): void {
  addInit(program);
  addTest(program);
}
