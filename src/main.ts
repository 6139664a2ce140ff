#!/usr/bin/env node
import { main } from './cli/main.ts';
import { systemTerminal } from './cli/terminal/terminal.ts';

// The only place that ends the process: commands close what they opened and answer with a code.
process.exit(await main(systemTerminal()));
