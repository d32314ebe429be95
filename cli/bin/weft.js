#!/usr/bin/env node
// The committed entry npm links at install; everything else is built.
import { main } from '../dist/main.js';

process.exitCode = await main(process.argv.slice(2));
