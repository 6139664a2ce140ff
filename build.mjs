// @ts-check
// Bundles src/main.ts into dist/ (`node build.mjs`), split into chunks, so that start-up loads only what it needs.
import { chmod, mkdir, mkdtemp, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './build/bundle.mjs';
import { replaceFolder } from './build/replace-folder.mjs';

export { bundle, evaluateCatalogue } from './build/bundle.mjs';

const ROOT = path.dirname(fileURLToPath(import.meta.url));

async function main() {
  const started = performance.now();
  const begun = new Date();
  const work = path.join(ROOT, 'node_modules/.cache');
  await mkdir(work, { recursive: true });
  const fresh = await mkdtemp(path.join(work, 'build-'));
  try {
    const files = await bundle({ entry: 'src/main.ts', outdir: fresh });
    await chmod(fresh, (await stat(ROOT)).mode & 0o777);
    // The time at which the build began: a source edited since then is newer, so that the next test run builds again.
    await utimes(path.join(fresh, 'main.js'), begun, begun);
    await replaceFolder(fresh, path.join(ROOT, 'dist'));
    console.error(`Built dist/: ${files} files in ${Math.round(performance.now() - started)} ms.`);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
