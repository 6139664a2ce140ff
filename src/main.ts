#!/usr/bin/env node
import { main } from './cli/main.ts';
import { systemTerminal } from './cli/terminal/terminal.ts';

// Not `argv[1]`: that is the link in `node_modules/.bin`, and the package's other files are beside this one.
const entry = import.meta.filename;

// The only `process.exit`: commands close what they opened and return an exit code.
process.exit(await main(systemTerminal(entry)));
