// @ts-check
// The conformance suite of MCP against the product over HTTP, and against its HTTP leg with the fixtures that most of the
// scenarios need. Says in one line what was left out, or why nothing could be run: `npm run test:conformance`.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../build.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = path.join(HERE, '../..');
const SETS = ['2026-07-28', '2025-11-25'];

/** Scenarios that call tools, prompts or resources by the names of the suite, or methods that the product does not offer. */
const NEEDS_FIXTURES =
  /^(completion-complete|tools-call-.*|resources-read-.*|resources-templates-read|prompts-get-.*|input-required-result-.*|elicitation-.*|json-schema-2020-12|http-custom-header-server-validation|logging-set-level|server-stateless)$/;
/** The extension that the product does not offer. */
const LEFT_OUT = /^tasks-/;
/**
 * Checks that fail by design. Answers are streamed from their first byte, so that no proxy waits in silence: a question
 * that a client cannot be asked is refused with status 200, not 400. No tool of the product asks such a client.
 */
const BY_DESIGN = new Map([['server-stateless', 1]]);

/** @param {string} why */
function cannotRun(why) {
  console.log(`Conformance: SKIPPED, since ${why}.`);
  process.exit(0);
}

/**
 * Adds the token, which the suite cannot send; Host and Origin pass unchanged.
 * @param {number} target @param {string} token
 * @returns {Promise<{ url: string, close(): void }>}
 */
async function withToken(target, token) {
  const proxy = createServer((incoming, outgoing) => {
    const { method, url: where, headers } = incoming;
    const options = { host: '127.0.0.1', port: target, path: where, method };
    const passed = request({ ...options, headers: { ...headers, authorization: `Bearer ${token}` } }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      outgoing.flushHeaders();
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passed.destroy());
    incoming.pipe(passed);
  });
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = proxy.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/mcp`, close: () => proxy.close() };
}

/**
 * Starts a server and finds its address in what it says.
 * @param {string[]} args @param {string} home
 */
async function start(args, home) {
  const env = { PATH: process.env['PATH'], HOME: home, FIREFLY_HOME: home };
  const child = spawn(process.execPath, args, { env, cwd: home, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = [child.stdout, child.stderr].map((input) => createInterface({ input }));
  /** @type {string} */
  const url = await new Promise((resolve, reject) => {
    for (const line of lines) {
      line.on('line', (said) => {
        const found = /http:\/\/127\.0\.0\.1:\d+\/mcp/.exec(said);
        if (found) resolve(found[0]);
      });
    }
    child.once('exit', (code) => reject(new Error(`${args[0]} ended with ${code}.`)));
  });
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/**
 * Runs one set; the number of failed checks of each scenario by its name.
 * @param {string} url @param {string} set @param {string} folder
 * @returns {Promise<Map<string, number>>}
 */
async function runSet(url, set, folder) {
  const node = path.join(HERE, 'node_modules/node-24/bin/node');
  const suite = path.join(HERE, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
  const args = [suite, 'server', '--url', url, '--requirements', set, '-o', path.join(folder, `results-${set}`)];
  const child = spawn(node, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  await once(child, 'close');
  const summary = said.slice(said.lastIndexOf('=== SUMMARY ==='));
  const lines = summary.matchAll(/^[✓✗] (\S+): \d+ passed, (\d+) failed/gmu);
  return new Map([...lines].map(([, name = '', failed]) => [name, Number(failed)]));
}

if (process.platform !== 'linux' || process.arch !== 'x64')
  cannotRun('the suite needs a Node that is packed for Linux x64');
const installed = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
  cwd: HERE,
  encoding: 'utf8',
});
if (installed.status !== 0) cannotRun(`the suite could not be installed (${installed.stderr.trim().split('\n')[0]})`);

const folder = mkdtempSync(path.join(tmpdir(), 'firefly-conformance-'));
let failures = 0;
/** What was left out where the fixtures are there. */
const without = new Set();
try {
  await bundle({ entry: path.join(HERE, 'overlay.ts'), outdir: path.join(folder, 'overlay') });
  const product = await start([path.join(ROOT, 'dist/main.js'), 'http', '--demo', '--port', '0'], folder);
  const token = readFileSync(path.join(folder, 'demo/http-token'), 'utf8').trim();
  const proxy = await withToken(Number(new URL(product.url).port), token);
  const overlay = await start([path.join(folder, 'overlay/main.js')], folder);
  const contestants = [
    {
      name: 'the product',
      url: proxy.url,
      isExcused: (/** @type {string} */ scenario) => NEEDS_FIXTURES.test(scenario),
    },
    { name: 'its HTTP leg with the fixtures', url: overlay.url, isExcused: () => false },
  ];
  for (const set of SETS) {
    for (const { name, url, isExcused } of contestants) {
      const results = [...(await runSet(url, set, folder))];
      const failed = results.filter(([scenario, checks]) => checks > (BY_DESIGN.get(scenario) ?? 0));
      const left = failed.filter(([scenario]) => LEFT_OUT.test(scenario) || isExcused(scenario));
      const wrong = failed.filter((one) => !left.includes(one)).map(([scenario]) => scenario);
      if (results.length === 0) wrong.push('the suite itself');
      failures += wrong.length;
      if (url === overlay.url) for (const [scenario] of left) without.add(scenario);
      console.log(
        `Conformance ${set}, ${name}: ${results.length - failed.length} of ${results.length} scenarios passed, ${left.length} left out` +
          (wrong.length > 0 ? `, FAILED: ${wrong.join(', ')}` : ''),
      );
    }
  }
  console.log(
    `Conformance: left out are ${[...without].join(', ')} (the extension is not offered), one check of server-stateless (the status of a refusal whose answer is streamed from its first byte), and on the product itself what calls fixtures by name.`,
  );
  proxy.close();
  await Promise.all([product.stop(), overlay.stop()]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures > 0 ? 1 : 0;
