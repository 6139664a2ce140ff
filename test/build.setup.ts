import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PRODUCT = path.join(ROOT, 'dist/main.js');

/**
 * Vitest's global set-up: builds dist/ once before all tests, where it is older than what it is made from. A build that
 * fails leaves no dist/ behind, so that the tests which run it fail, and the others still say what they have to say.
 */
export default async function buildOnce(): Promise<void> {
  if (existsSync(PRODUCT) && (await stat(PRODUCT)).mtimeMs > (await newestSource())) return;
  try {
    const { stderr } = await promisify(execFile)(process.execPath, ['build.mjs'], { cwd: ROOT });
    console.error(stderr.trim());
  } catch (error) {
    rmSync(path.join(ROOT, 'dist'), { recursive: true, force: true });
    console.error('\nTHE BUILD FAILED: every test that runs dist/main.js will fail.\n', error);
  }
}

/** When the newest file that goes into the bundle was changed, in epoch milliseconds. */
async function newestSource(): Promise<number> {
  const folders = ['src', 'build'].map((name) =>
    readdir(path.join(ROOT, name), { recursive: true, withFileTypes: true }),
  );
  const sources = (await Promise.all(folders)).flat();
  const files = sources.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const others = ['build.mjs', 'package.json', 'package-lock.json'].map((name) => path.join(ROOT, name));
  const times = await Promise.all([...files, ...others].map(async (file) => (await stat(file)).mtimeMs));
  return Math.max(...times);
}
