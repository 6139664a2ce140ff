// @ts-check
// Builds the bundle for Claude Desktop from dist/ (`npm run packaging:mcpb`) into release/, and server.json with its hash.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { evaluateCatalogue } from '../../build.mjs';
import { DESCRIPTION } from '../description.mjs';
import { serverJson } from '../registry.mjs';
import { ENTRY, ICON, manifest } from './manifest.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HERE = path.join(ROOT, 'packaging/mcpb');

/** Files of packages that no program reads. Licences stay, and the READMEs in which `@img` packages list those of others. */
const USELESS = /\.(d\.[cm]?ts|map)$|(^|[\\/])(test|tests|example|examples|\.github)([\\/]|$)/i;

/**
 * Puts the bundle's files into `folder`, which must be empty or not exist.
 * @param {string} folder
 */
export async function stage(folder) {
  const facts = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
  const tools = /** @type {readonly import('./manifest.mjs').ListedTool[]} */ (
    (await evaluateCatalogue())['catalogue']
  );
  const listed = tools.map(({ name, description }) => ({ name, description: firstSentence(description) }));
  const modules = await installed(['--omit=dev']);
  try {
    await mkdir(path.join(folder, path.dirname(ENTRY)), { recursive: true });
    const text = JSON.stringify(
      manifest({ version: facts.version, node: facts.engines.node, tools: listed }),
      undefined,
      2,
    );
    await writeFile(path.join(folder, 'manifest.json'), `${text}\n`);
    await writeFile(path.join(folder, 'package.json'), `${JSON.stringify({ type: 'module', private: true })}\n`);
    await cp(path.join(HERE, 'start.mjs'), path.join(folder, ENTRY));
    await cp(path.join(ROOT, DESCRIPTION.icon), path.join(folder, ICON));
    for (const name of ['dist', 'LICENSE'])
      await cp(path.join(ROOT, name), path.join(folder, name), { recursive: true });
    const filter = (/** @type {string} */ file) => !USELESS.test(path.relative(modules, file));
    await cp(path.join(modules, 'node_modules'), path.join(folder, 'node_modules'), { recursive: true, filter });
  } finally {
    await rm(modules, { recursive: true, force: true });
  }
  const native = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.node'));
  if (native.length > 0) throw new Error(`The bundle would hold native modules: ${native.join(', ')}`);
}

/**
 * Installs what packaging/mcpb/package-lock.json says, for WebAssembly, into a temporary folder.
 * @param {readonly string[]} flags
 * @returns {Promise<string>} the folder
 */
async function installed(flags) {
  const folder = await mkdtemp(path.join(tmpdir(), 'firefly-mcpb-'));
  for (const name of ['package.json', 'package-lock.json']) await cp(path.join(HERE, name), path.join(folder, name));
  // The system is named, so that every machine builds the same bundle.
  const wasm = ['--cpu=wasm32', '--os=linux', '--libc=glibc'];
  npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', ...wasm, ...flags], folder);
  return folder;
}

/**
 * Validates and packs a staged folder with the official tool.
 * @param {string} folder
 * @param {string} file
 */
export async function pack(folder, file) {
  const tool = await installed([]);
  try {
    const cli = path.join(tool, 'node_modules/@anthropic-ai/mcpb/dist/cli/cli.js');
    const run = (/** @type {readonly string[]} */ ...args) =>
      execFileSync(process.execPath, [cli, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
    run('validate', path.join(folder, 'manifest.json'));
    await mkdir(path.dirname(file), { recursive: true });
    run('pack', folder, file);
  } finally {
    await rm(tool, { recursive: true, force: true });
  }
}

/**
 * @param {readonly string[]} args
 * @param {string} cwd
 */
function npm(args, cwd) {
  const script = process.env['npm_execpath'];
  const [program, first] = script ? [process.execPath, [script]] : ['npm', []];
  execFileSync(program, [...first, ...args], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** @param {string} text */
function firstSentence(text) {
  return /^.*?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text;
}

async function main() {
  const { version } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
  const name = `${DESCRIPTION.package}-${version}.mcpb`;
  const folder = await mkdtemp(path.join(tmpdir(), 'firefly-mcpb-'));
  try {
    await stage(folder);
    await pack(folder, path.join(ROOT, 'release', name));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const bytes = await readFile(path.join(ROOT, 'release', name));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const url = `${DESCRIPTION.repository}/releases/download/v${version}/${name}`;
  const text = JSON.stringify(serverJson(version, { url, sha256 }), undefined, 2);
  await writeFile(path.join(ROOT, 'release/server.json'), `${text}\n`);
  console.error(`Wrote release/${name} (${(bytes.length / 1e6).toFixed(1)} MB) and release/server.json.`);
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
