#!/usr/bin/env node
import { main } from './cli/main.ts';
import { systemTerminal } from './cli/terminal/terminal.ts';

// The only `process.exit`: commands close what they opened and return an exit code.
process.exit(await main(systemTerminal()));
