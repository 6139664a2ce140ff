// One conversation for an assistant that has a shell and no MCP client (README.md):
//   node test/evals/play.mjs start FOLDER LOG.jsonl    keeps the recorded server; ends with "stop"
//   node test/evals/play.mjs FOLDER tools              prints what a client shows a model: instructions and tools
//   node test/evals/play.mjs FOLDER TOOL [JSON]        one call: its text, and the files of the pictures that it shows
//   node test/evals/play.mjs FOLDER stop
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const [first, second, third] = process.argv.slice(2);
const socketOf = (folder) => join(resolve(folder), '.play.sock');
if (first === 'start' && second !== undefined && third !== undefined) await start(second, third);
else if (first !== undefined && second !== undefined) await ask(first, second, third);
else {
  process.stderr.write('Usage: node test/evals/play.mjs start FOLDER LOG.jsonl | FOLDER tools | FOLDER TOOL [JSON]\n');
  process.exitCode = 2;
}

/** Starts the recorded server, connects to it as a client, and takes calls until it is told to stop. */
async function start(folder, log) {
  mkdirSync(folder, { recursive: true });
  const recorder = spawn(process.execPath, [join(import.meta.dirname, 'record.mjs'), folder, log], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const waiting = new Map();
  const send = (message) => recorder.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const request = (method, params) =>
    new Promise((answer) => {
      const id = waiting.size + 1;
      waiting.set(id, answer);
      send({ id, method, params });
    });
  createInterface({ input: recorder.stdout }).on('line', (line) => {
    const message = JSON.parse(line);
    if (message.method === undefined) waiting.get(message.id)?.(message);
    // A client that cannot be asked, nor answers anything else.
    else if (message.id !== undefined) send({ id: message.id, error: { code: -32601, message: 'Method not found' } });
  });
  const { result } = await request('initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'eval', version: '1.0.0' },
  });
  send({ method: 'notifications/initialized' });
  rmSync(socketOf(folder), { force: true });
  const server = createServer((socket) => {
    const answer = async (line) => {
      const { tool, input } = JSON.parse(line);
      if (tool === 'stop') return stop();
      const told =
        tool === 'tools'
          ? { instructions: result.instructions, tools: (await request('tools/list', {})).result.tools }
          : await request('tools/call', { name: tool, arguments: input });
      socket.end(`${JSON.stringify(told)}\n`);
    };
    createInterface({ input: socket }).on('line', (line) => void answer(line));
  }).listen(socketOf(folder), () => process.stdout.write(`ready: node test/evals/play.mjs ${folder} tools\n`));
  const stop = () => {
    server.close();
    rmSync(socketOf(folder), { force: true });
    recorder.stdin.end();
    recorder.on('exit', () => process.exit(0));
  };
}

/** Makes one call, and prints its answer as a model would get it. */
async function ask(folder, tool, json) {
  const socket = createConnection(socketOf(folder));
  socket.write(`${JSON.stringify({ tool, input: json === undefined ? {} : JSON.parse(json) })}\n`);
  let text = '';
  for await (const chunk of socket) text += chunk;
  if (text === '') return;
  const answer = JSON.parse(text);
  if (tool === 'tools') return void process.stdout.write(`${JSON.stringify(answer, undefined, 1)}\n`);
  if (answer.error !== undefined) return void process.stdout.write(`error ${JSON.stringify(answer.error)}\n`);
  const seen = join(resolve(folder), '.seen');
  mkdirSync(seen, { recursive: true });
  for (const [index, block] of answer.result.content.entries()) {
    if (block.type === 'text') process.stdout.write(`${block.text}\n`);
    if (block.type !== 'image') continue;
    const file = join(seen, `${Date.now()}-${index}.${block.mimeType === 'image/png' ? 'png' : 'jpg'}`);
    writeFileSync(file, Buffer.from(block.data, 'base64'));
    process.stdout.write(`[picture shown to you: ${file}]\n`);
  }
}
