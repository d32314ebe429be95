#!/usr/bin/env node
// The committed entry npm links at install; everything else is built.
import { main } from '../dist/main.js';

// Who reads through `head` has had enough: that is no failure.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
process.exitCode = await main(process.argv.slice(2));
