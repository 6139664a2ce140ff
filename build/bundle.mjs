// @ts-check
// Bundles a program. Used by the build, by tests with a program of their own, and by the benchmarks.
import { chmod, copyFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { noticesOf } from './notices.mjs';
import { buildStudio, STUDIO } from './studio.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CATALOGUE = path.join(ROOT, 'src/mcp/offer/catalogue.ts');
/** Name of the file beside every bundle from which `src/mcp/lazy-validator.ts` loads the JSON Schema validator. */
const VALIDATOR = 'json-schema-validator';
/** Workers of the program, threads and processes, each a file beside the bundle that shares nothing with it: entry by name of the file. */
const WORKERS = {
  'composite-worker': 'src/images/composites/worker/entry.ts',
  'picture-worker': 'src/images/steps/entry.ts',
  'subject-worker': 'src/images/subject/worker/entry.ts',
};
/** Data that a worker reads beside itself: file of a package by name of the copy. */
const DATA = {
  'selfie-segmentation.tflite': 'node_modules/@mediapipe/selfie_segmentation/selfie_segmentation.tflite',
};
/** Recordings of the emulator, which `src/emulator/drawing/clip.ts` reads in a folder beside itself. */
const CLIPS = 'src/emulator/drawing/clips';
/** Name of the file in every bundle with the licence texts of what was bundled. */
export const NOTICES = 'THIRD-PARTY-NOTICES.txt';

/**
 * Packages that are not bundled: those with native parts, and the PostgreSQL driver. They are exactly the `dependencies`
 * of the package (test/build/dependencies.test.ts).
 */
export const EXTERNAL = ['sharp', '@photostructure/sqlite', 'pg'];

/**
 * Modules that are imported by `import()`, but are needed by every start on stdio. A path that does not exist fails the
 * build: without it, a start would load a dozen files.
 */
const EAGER = ['src/cli/commands/serve/stdio.ts', 'src/cli/flags.ts'].map((file) =>
  realpathSync(path.join(ROOT, file)),
);

/**
 * One chunk for all that a start on stdio needs, since each file costs about half a millisecond. The entry stays out of
 * it: other chunks would import the entry for code they share, and wait for its top-level `await`, which waits for them.
 * @type {import('rolldown').CodeSplittingGroup}
 */
const START = {
  debugName: 'start',
  name: (id, modules) => {
    const importers = modules.getModuleInfo(id)?.importers ?? [];
    const eager =
      EAGER.includes(path.normalize(id)) || importers.some((importer) => modules.getModuleInfo(importer)?.isEntry);
    return eager ? 'start' : null;
  },
};

/** @type {import('rolldown').InputOptions} */
const INPUT = {
  cwd: ROOT,
  platform: 'node',
  transform: { target: 'node20.19' },
  external: [...EXTERNAL, `./${VALIDATOR}.cjs`],
  // The package's entry for Node loads its parts in a way that no bundler follows.
  resolve: { alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' } },
  // A module may be imported dynamically by one command and statically by another.
  checks: { ineffectiveDynamicImport: false },
};

/** @type {import('rolldown').OutputOptions} */
const OUTPUT = {
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
  charset: 'ascii',
  comments: false,
};

/**
 * Replaces the module that computes the catalogue by its values, so that start-up loads no tool and no schema.
 * @type {import('rolldown').Plugin}
 */
const readyMadeCatalogue = {
  name: 'ready-made-catalogue',
  load: {
    filter: { id: /[\\/]catalogue\.ts$/ },
    async handler(id) {
      if (path.normalize(id) !== CATALOGUE) return null;
      const values = Object.entries(await evaluateCatalogue());
      // JSON text is parsed faster than an object literal of equal size.
      const code = values.map(
        ([name, value]) => `export const ${name} = JSON.parse(${JSON.stringify(JSON.stringify(value))});`,
      );
      return { code: code.join('\n'), moduleType: 'js' };
    },
  },
};

/**
 * Evaluates src/mcp/offer/catalogue.ts.
 * @returns {Promise<Record<string, unknown>>} what the module exports, by name
 */
export async function evaluateCatalogue() {
  const folder = await mkdtemp(path.join(tmpdir(), 'firefly-catalogue-'));
  try {
    await write(
      { ...INPUT, input: { catalogue: CATALOGUE } },
      { ...OUTPUT, dir: folder, entryFileNames: '[name].mjs' },
    );
    return { ...(await import(pathToFileURL(path.join(folder, 'catalogue.mjs')).href)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Bundles `entry` into `outdir`, which must be empty or not exist, as `<name>.js` with its chunks. With `plain`, without
 * the product's replacements: so the benchmark bundles the bare SDK server that it compares with.
 * @param {{ entry: string; outdir: string; name?: string; plain?: boolean }} options
 * @returns {Promise<number>} the number of files
 */
export async function bundle({ entry, outdir, name = 'main', plain = false }) {
  const shims = { '@modelcontextprotocol/server/_shims': path.join(ROOT, 'src/mcp/lazy-validator.ts') };
  const replacements = {
    resolve: { alias: { ...INPUT.resolve?.alias, ...shims } },
    plugins: [readyMadeCatalogue],
  };
  const main = await write(
    { ...INPUT, input: { [name]: entry }, ...(plain ? {} : replacements) },
    { ...OUTPUT, dir: outdir, codeSplitting: { groups: [START] } },
  );
  await chmod(path.resolve(ROOT, outdir, `${name}.js`), 0o755);
  if (plain) return main.files;
  const validator = { [VALIDATOR]: '@modelcontextprotocol/server/validators/ajv' };
  const beside = { dir: outdir, format: /** @type {const} */ ('cjs'), entryFileNames: '[name].cjs' };
  const besides = await write({ ...INPUT, input: validator }, beside);
  // One build for each, so that a worker is one file: several would share chunks.
  const workers = await Promise.all(
    Object.entries(WORKERS).map(([worker, file]) =>
      write({ ...INPUT, input: { [worker]: file } }, { ...OUTPUT, dir: outdir }),
    ),
  );
  const data = Object.entries(DATA).map(([copy, file]) => ({ file: path.join(ROOT, file), copy }));
  for (const { file, copy } of data) {
    await copyFile(file, path.resolve(ROOT, outdir, copy));
    await chmod(path.resolve(ROOT, outdir, copy), 0o644);
  }
  await cp(path.join(ROOT, CLIPS), path.resolve(ROOT, outdir, path.basename(CLIPS)), { recursive: true });
  const studio = await buildStudio();
  await writeFile(path.resolve(ROOT, outdir, STUDIO), studio.html);
  const packed = [
    ...main.modules,
    ...besides.modules,
    ...workers.flatMap(({ modules }) => modules),
    ...studio.modules,
    ...data.map(({ file }) => file),
  ];
  const notices = noticesOf(packed);
  await writeFile(path.resolve(ROOT, outdir, NOTICES), notices);
  return main.files + besides.files + workers.reduce((sum, { files }) => sum + files, 0) + data.length + 2;
}

/**
 * @param {import('rolldown').InputOptions} input
 * @param {import('rolldown').OutputOptions} output
 * @returns {Promise<{ files: number; modules: readonly string[] }>} the number of files, and what is in them
 */
async function write(input, output) {
  const build = await rolldown(input);
  try {
    const written = (await build.write(output)).output;
    return { files: written.length, modules: written.flatMap((file) => ('moduleIds' in file ? file.moduleIds : [])) };
  } finally {
    await build.close();
  }
}
