// Bundles src/main.ts into dist/: split, so that start-up loads only what it needs (`node build.mjs`).
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL, fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));
const CATALOGUE = path.join(root, 'src/mcp/catalogue.ts');
// Native parts, or loaded by name on first use only.
const EXTERNAL = ['sharp', '@photostructure/sqlite', 'pg', 'pg-native'];
// Some bundled packages are CommonJS and call require() for Node's own modules.
const BANNER =
  "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);";

/** What our bundles have in common; the benchmark bundles its rival with the same. */
export const settings = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: EXTERNAL,
  banner: { js: BANNER },
  legalComments: 'linked',
  logLevel: 'warning',
  chunkNames: 'chunks/[name]-[hash]',
};

/** Evaluates src/mcp/catalogue.ts and returns the list that it exports. */
export async function evaluateCatalogue() {
  const folder = await mkdtemp(path.join(tmpdir(), 'firefly-catalogue-'));
  try {
    await esbuild.build({
      ...settings,
      entryPoints: { catalogue: CATALOGUE },
      outdir: folder,
      outExtension: { '.js': '.mjs' },
    });
    const { catalogue } = await import(pathToFileURL(path.join(folder, 'catalogue.mjs')).href);
    return catalogue;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Puts the ready-made list in place of the module that computes it, so that start-up loads no tool and no schema. */
const readyMadeCatalogue = {
  name: 'ready-made-catalogue',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]mcp[\\/]catalogue\.ts$/ }, async () => {
      const json = JSON.stringify(await evaluateCatalogue());
      // Parsing JSON text is faster than parsing an object literal of the same size.
      return { loader: 'js', contents: `export const catalogue = JSON.parse(${JSON.stringify(json)});` };
    });
  },
};

/**
 * The SDK makes its JSON Schema validator at start, for elicitation that we do not use. Made on first use instead, the
 * same code costs a start 15 ms less.
 */
const validatorOnFirstUse = {
  name: 'validator-on-first-use',
  setup(build) {
    build.onLoad({ filter: /@modelcontextprotocol[\\/]server[\\/]dist[\\/]shimsNode\.mjs$/ }, ({ path: file }) => ({
      resolveDir: path.dirname(file),
      contents: `
        export { default as process } from 'node:process';
        let validator;
        export class DefaultJsonSchemaValidator {
          getValidator(schema) {
            validator ??= new (require('@modelcontextprotocol/server/validators/ajv').AjvJsonSchemaValidator)();
            return validator.getValidator(schema);
          }
        }`,
    }));
  },
};

/** zod brings its messages in fifty languages, 300 kB that every start would read; we speak one. */
const englishOnly = {
  name: 'english-only',
  setup(build) {
    build.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, ({ path: file }) => ({
      resolveDir: path.dirname(file),
      contents: `export { default as en } from './en.js';`,
    }));
  },
};

/** What a product bundle does beyond the settings. */
export const plugins = [readyMadeCatalogue, validatorOnFirstUse, englishOnly];

/** Bundles `entry` into `outdir`, which must not exist or be empty. Resolves with the number of bytes written. */
export async function bundle({ entry, outdir, name = 'main' }) {
  const result = await esbuild.build({
    ...settings,
    entryPoints: { [name]: entry },
    outdir,
    metafile: true,
    plugins,
  });
  const main = path.join(outdir, `${name}.js`);
  const text = await readFile(main, 'utf8');
  if (!text.startsWith('#!')) await writeFile(main, `#!/usr/bin/env node\n${text}`);
  await chmod(main, 0o755);
  return Object.values(result.metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Puts `fresh` where `target` is. Another build may do the same at this moment: the last one wins, neither fails. */
async function replace(fresh, target) {
  for (let attempt = 0; ; attempt += 1) {
    const old = `${fresh}-old-${attempt}`;
    await rename(target, old).catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
    try {
      await rename(fresh, target);
      await rm(old, { recursive: true, force: true });
      return;
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code) || attempt >= 20) throw error;
      await rm(old, { recursive: true, force: true });
    }
  }
}

/** Builds dist/ and says so in one line. */
async function main() {
  const started = performance.now();
  const begun = new Date();
  const work = path.join(root, 'node_modules/.cache');
  await mkdir(work, { recursive: true });
  const fresh = await mkdtemp(path.join(work, 'build-'));
  try {
    const bytes = await bundle({ entry: path.join(root, 'src/main.ts'), outdir: fresh });
    const files = (await readdir(fresh, { recursive: true })).length;
    await chmod(fresh, (await stat(root)).mode & 0o777);
    // As old as its sources: what was edited meanwhile is newer, and the next test run builds again.
    await utimes(path.join(fresh, 'main.js'), begun, begun);
    await replace(fresh, path.join(root, 'dist'));
    const ms = Math.round(performance.now() - started);
    console.error(`Built dist/: ${files} files, ${Math.round(bytes / 1024)} kB, in ${ms} ms.`);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await main().catch((error) => {
    // esbuild has already said what is wrong with the sources.
    if (!Array.isArray(error?.errors)) throw error;
    process.exitCode = 1;
  });
}
