// @ts-check
// node stdio.mjs FILE COMMAND ARGS…: a server on stdio, with each message of both sides as a line in FILE.
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [file = '', command = '', ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });

/** @param {'client' | 'server'} from @param {NodeJS.ReadableStream} input @param {NodeJS.WritableStream} output */
function pass(from, input, output) {
  createInterface({ input }).on('line', (line) => {
    appendFileSync(file, `{"from":"${from}","message":${line}}\n`);
    output.write(`${line}\n`);
  });
}
pass('client', process.stdin, child.stdin);
pass('server', child.stdout, process.stdout);

process.stdin.on('end', () => child.stdin.end());
// A server that has ended reads nothing more.
child.stdin.on('error', () => undefined);
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP']))
  process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 0));
