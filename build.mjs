// Bundles src/main.ts into dist/: split, so that start-up loads only what it needs (`node build.mjs`).
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL, fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));
const CATALOGUE = path.join(root, 'src/mcp/catalogue.ts');
// Native parts, or loaded by name on first use only.
const EXTERNAL = ['sharp', '@photostructure/sqlite', 'pg', 'pg-native', '@modelcontextprotocol/server/validators/ajv'];
// Some bundled packages are CommonJS and call require() for Node's own modules.
const BANNER =
  "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);";

// What serving on stdio loads by name.
const EAGER = ['src/cli/stdio.ts', 'src/cli/flags.ts'];

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
 * The SDK makes its JSON Schema validator at start, for answers to elicitation, which we do not use. Taken from the
 * package on first use instead, the same validator costs a start some 15 ms less.
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

/**
 * Bundles `entry` into `outdir`, which must not exist or be empty. What `eager` names is loaded by dynamic import in the
 * sources, and at every ordinary start all the same: it comes in one file. Resolves with the number of files.
 */
export async function bundle({ entry, outdir, name = 'main', eager = [] }) {
  const { metafile } = await esbuild.build({
    ...settings,
    entryPoints: { [name]: entry },
    outdir,
    metafile: true,
    plugins,
  });
  const outputs = new Map(Object.entries(metafile.outputs).map(([file, output]) => [path.resolve(root, file), output]));
  const main = path.resolve(root, outdir, `${name}.js`);
  await joinStart({ main, outputs, eager: eager.map((file) => path.resolve(root, file)) });
  const text = await readFile(main, 'utf8');
  if (!text.startsWith('#!')) await writeFile(main, `#!/usr/bin/env node\n${text}`);
  await chmod(main, 0o755);
  return outputs.size + 1;
}

/**
 * esbuild makes a chunk for every set of entry points that share something, some twenty of them on the way to an
 * answer, and each file costs a start about a millisecond. So all that a start loads is joined into start.js, and the
 * chunks that went into it pass on what others import from them.
 */
async function joinStart({ main, outputs, eager }) {
  const start = path.join(path.dirname(main), 'start.js');
  const chunks = new Set();
  const follow = (file) => {
    for (const { path: imported, kind, external } of outputs.get(file).imports) {
      const target = path.resolve(root, imported);
      if (external || kind !== 'import-statement' || chunks.has(target)) continue;
      chunks.add(target);
      follow(target);
    }
  };
  const eagerChunks = [...outputs].filter(([, { entryPoint }]) => eager.includes(path.resolve(root, entryPoint ?? '')));
  for (const [file] of eagerChunks) chunks.add(file);
  for (const file of [main, ...chunks]) follow(file);

  // The name of a chunk holds the hash of its content, so that the names stay true from one build to the next.
  const prefixOf = (file) => `${path.basename(file, '.js').replace(/\W/g, '_')}_`;
  const list = [...chunks].map((file) => ({ file, prefix: prefixOf(file), names: outputs.get(file).exports }));
  const exported = ({ file, prefix, names }) =>
    `export { ${names.map((each) => `${each} as ${prefix}${each}`).join(', ')} } from ${JSON.stringify(file)};`;
  const join = { ...settings, banner: {}, splitting: false, legalComments: 'inline', allowOverwrite: true };
  await esbuild.build({
    ...join,
    stdin: { contents: list.map(exported).join('\n'), resolveDir: root },
    outfile: start,
    plugins: [keepOutside(start, ({ kind }) => kind === 'dynamic-import')],
  });
  for (const { file, prefix, names } of list) {
    const passed = names.map((each) => `${prefix}${each} as ${each}`).join(', ');
    const from = path.relative(path.dirname(file), start).replaceAll('\\', '/');
    await writeFile(file, `export { ${passed} } from "./${from}";\n`);
  }
  const outside = keepOutside(main, ({ kind, target }) => kind === 'dynamic-import' || target === start);
  await esbuild.build({ ...join, entryPoints: [main], outfile: main, plugins: [outside] });
}

/** Leaves imports as they are, seen from `output`, where `applies` says so. */
function keepOutside(output, applies) {
  return {
    name: 'keep-outside',
    setup(build) {
      build.onResolve({ filter: /^\.\.?\// }, ({ path: imported, resolveDir, kind }) => {
        const target = path.resolve(resolveDir, imported);
        if (!applies({ kind, target })) return undefined;
        const relative = path.relative(path.dirname(output), target).replaceAll('\\', '/');
        return { path: `./${relative}`, external: true };
      });
    },
  };
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
    const files = await bundle({ entry: 'src/main.ts', outdir: fresh, eager: EAGER });
    await chmod(fresh, (await stat(root)).mode & 0o777);
    // As old as its sources: what was edited meanwhile is newer, and the next test run builds again.
    await utimes(path.join(fresh, 'main.js'), begun, begun);
    await replace(fresh, path.join(root, 'dist'));
    const ms = Math.round(performance.now() - started);
    console.error(`Built dist/: ${files} files in ${ms} ms.`);
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
