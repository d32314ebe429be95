#!/usr/bin/env node
// The committed entry npm links at install; everything else is built.
import module from 'node:module';

// From Node 22 on, compiled code is kept for the next command.
module.enableCompileCache?.();
// Who reads through `head` has had enough: that is no failure.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
const { main } = await import('../dist/main.js');
process.exitCode = await main(process.argv.slice(2));
