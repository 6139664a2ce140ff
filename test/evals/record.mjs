// Starts the server on its emulator for an assistant, and records every message: node test/evals/record.mjs FOLDER LOG.jsonl
import { spawn } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const [folder, log] = process.argv.slice(2).map((path) => resolve(path));
if (folder === undefined || log === undefined) {
  process.stderr.write('Usage: node test/evals/record.mjs FOLDER LOG.jsonl\n');
  process.exit(2);
}
const root = join(import.meta.dirname, '..', '..');
const people = join(folder, 'people');
mkdirSync(people, { recursive: true });
const examples = join(root, 'examples');
const put = (from, to) => {
  if (!existsSync(to)) copyFileSync(join(examples, from), to);
};
for (const name of readdirSync(examples).filter((name) => name.endsWith('.png'))) put(name, join(folder, name));
put('product.png', join(folder, 'photo.png'));
put('product.png', join(folder, 'room.png'));
put('portrait.png', join(folder, 'style.png'));
for (let n = 1; n <= 10; n += 1) put('portrait.png', join(people, `person-${String(n).padStart(2, '0')}.png`));

const env = {
  ...process.env,
  FIREFLY_HOME: join(folder, '.firefly'),
  FIREFLY_ROOTS: folder,
  FIREFLY_OUTPUT_DIR: folder,
};
const server = spawn(process.execPath, [join(root, 'dist', 'main.js'), 'stdio', '--demo'], {
  cwd: folder,
  env,
  stdio: ['pipe', 'pipe', 'inherit'],
});
const record = (from, line) => {
  let message = line;
  try {
    message = JSON.parse(line);
  } catch {
    // What is no message is recorded as it is.
  }
  appendFileSync(
    log,
    `${JSON.stringify({ at: new Date().toISOString(), from, bytes: Buffer.byteLength(line), message })}\n`,
  );
};
createInterface({ input: process.stdin })
  .on('line', (line) => {
    record('assistant', line);
    server.stdin.write(`${line}\n`);
  })
  .on('close', () => server.stdin.end());
createInterface({ input: server.stdout }).on('line', (line) => {
  record('server', line);
  process.stdout.write(`${line}\n`);
});
server.on('exit', (code) => process.exit(code ?? 1));
