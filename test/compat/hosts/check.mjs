// @ts-check
// Asks clients that npm can install whether they see the server: after `firefly-mcp install` they list it, after
// `firefly-mcp uninstall` no longer, and their configuration is what it was. Each has an empty home of its own.
// Before: `npm run build` at the top. Then `node check.mjs`, or `node check.mjs codex`. Each is installed in its folder.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { install } from '../installed.mjs';
import { programOf } from './programs.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const PROGRAM = path.join(HERE, '../../../dist/main.js');
const MOST_MS = 90_000;

/**
 * @typedef {object} Case
 * @property {string} id of the client, as `install` knows it
 * @property {Record<string, string>} [env]
 * @property {string} config below the home
 * @property {string} before content of the configuration
 * @property {RegExp} listed what the list says of the server
 */

/** @type {readonly Case[]} */
const CASES = [
  {
    id: 'claude-code',
    config: '.claude.json',
    before: '{\n  "numStartups": 3,\n  "mcpServers": {}\n}\n',
    listed: /firefly: .*✔ Connected/,
  },
  {
    id: 'codex',
    config: '.codex/config.toml',
    before: '# mine\nmodel = "some-model"',
    listed: /^firefly .*enabled/m,
  },
  {
    id: 'gemini-cli',
    // Servers of a user are off in folders that the user has not trusted.
    env: { GEMINI_CLI_TRUST_WORKSPACE: 'true' },
    config: '.gemini/settings.json',
    before: '{\n  // mine\n  "ui": { "theme": "Default" }\n}\n',
    listed: /✓ firefly: .*Connected/,
  },
  {
    id: 'opencode',
    config: '.config/opencode/opencode.json',
    before: '{\n  "$schema": "https://opencode.ai/config.json",\n  // mine\n  "autoupdate": false,\n}\n',
    listed: /✓ firefly.*connected/,
  },
  {
    id: 'copilot-cli',
    config: '.copilot/mcp-config.json',
    before: '{\n  "mcpServers": {}\n}\n',
    listed: /firefly \(local\)/,
  },
];

/**
 * Runs a program that knows nothing of the person who runs this, for a bounded time.
 * @param {string} home
 * @param {readonly string[]} command
 * @param {Record<string, string>} [env]
 * @returns {Promise<string>} what it wrote
 */
function run(home, [program = '', ...args], env = {}) {
  const options = {
    cwd: home,
    env: { PATH: process.env['PATH'], HOME: home, USERPROFILE: home, NO_COLOR: '1', TERM: 'dumb', ...env },
    timeout: MOST_MS,
  };
  return new Promise((resolve) => {
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      const end = error?.killed ? `\nended after ${MOST_MS} ms` : '';
      // Colours, which some clients use in any case.
      // oxlint-disable-next-line no-control-regex
      resolve((stdout + stderr + end).replaceAll(/\u001b\[[\d;]*m/g, ''));
    });
    child.stdin?.end();
  });
}

/**
 * @param {Case} client
 * @returns {Promise<readonly string[]>} what is wrong
 */
async function check({ id, env, config, before, listed }) {
  const command = [...programOf(id), 'mcp', 'list'];
  const home = mkdtempSync(path.join(tmpdir(), 'hosts-check-'));
  const file = path.join(home, config);
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, before);
    const ours = (/** @type {string[]} */ ...args) => run(home, [process.execPath, PROGRAM, ...args, id, '--yes']);
    await ours('install', '--demo');
    const with_ = await run(home, command, env);
    const said = await ours('uninstall');
    const without = await run(home, command, env);
    const after = readFileSync(file, 'utf8');
    return [
      ...(listed.test(with_) ? [] : [`does not list the server after install:\n${with_}`]),
      ...(/firefly/.test(without) ? [`lists the server after uninstall:\n${without}`] : []),
      // A client may have written settings of its own meanwhile; an entry of ours must be gone in any case.
      ...(/firefly|inputs/.test(after) ? [`has a rest of the entry in its configuration:\n${after}`] : []),
      ...(said.includes('Removed') ? [] : [`uninstall said:\n${said}`]),
      ...(after === before || id === 'claude-code' ? [] : [`has another configuration than before:\n${after}`]),
    ];
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

if (!existsSync(PROGRAM)) throw new Error('dist/ is missing: run "npm run build" at the top of the repository.');
const wanted = process.argv.slice(2);
let failed = 0;
for (const client of CASES.filter(({ id }) => wanted.length === 0 || wanted.includes(id))) {
  const why = await install(path.join(HERE, client.id));
  if (why !== undefined) {
    console.log(`${client.id}: SKIPPED, since ${why}.`);
    continue;
  }
  const started = performance.now();
  const problems = await check(client);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${client.id} (${seconds} s)`);
  for (const problem of problems) console.log(`     ${problem}`);
  failed += problems.length;
}
process.exitCode = failed === 0 ? 0 : 1;
