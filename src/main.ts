#!/usr/bin/env node
import { interruptedEarly, main } from './cli/main.ts';
import { processSignals } from './cli/terminal/signals.ts';
import { systemTerminal } from './cli/terminal/terminal.ts';

// Not `argv[1]`: that is the link in `node_modules/.bin`, and the package's other files are beside this one.
const entry = import.meta.filename;

const signals = processSignals();
const terminal = systemTerminal(entry, signals);

// The only `process.exit`: commands close what they opened and return an exit code.
process.exit(await Promise.race([main(terminal), interruptedEarly(signals.early, terminal)]));
