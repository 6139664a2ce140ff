// @ts-check
// The licence texts of all that is bundled into dist/, from what the bundler says it has put there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Texts of works that packages contain without a licence file of their own. */
const TEXTS = path.join(ROOT, 'build/licences');

/** Works inside a package that neither its licence file nor a mark of its bundler names. */
const INSIDE = /** @type {const} */ ({ undici: ['llhttp', 'ws', 'formdata-polyfill'] });

/** Packages without a licence file, whose package.json names a licence: its text with their credit is in build/licences/. */
const WITHOUT_FILE = /** @type {Readonly<Record<string, string>>} */ ({
  '@mediapipe/selfie_segmentation': 'selfie-segmentation',
});

/** Files of the repository that come from elsewhere and go into dist/, with their licence text in build/licences/. */
const VENDORED = /** @type {Readonly<Record<string, string>>} */ ({});

/**
 * A work whose licence has to be shown.
 * @typedef {object} Work
 * @property {string} name
 * @property {string | undefined} version
 * @property {string} text
 */

/**
 * The licence texts of the packages that these modules come from, of the packages that were bundled into those, and of
 * vendored files.
 * @param {Iterable<string>} moduleIds ids of bundled modules: absolute paths, and names of the bundler's own
 * @returns {string}
 * @throws Error where a package has no licence text
 */
export function noticesOf(moduleIds) {
  const works = [...worksOf(moduleIds)].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const texts = works.map(({ name, version, text }) => `${name}${version ? ` ${version}` : ''}\n\n${text.trim()}\n`);
  const head = 'Firefly MCP contains the works below, under the licences that follow their names.\n';
  return [head, ...texts].join(`\n${'-'.repeat(72)}\n\n`);
}

/**
 * @param {Iterable<string>} moduleIds
 * @returns {Iterable<Work>}
 */
export function worksOf(moduleIds) {
  /** @type {Map<string, Work>} */
  const works = new Map();
  const add = (/** @type {Work} */ work) => works.has(work.name) || works.set(work.name, work);
  for (const id of moduleIds) {
    for (const { name, folder, version } of packagesOf(id)) {
      if (works.has(name)) continue;
      add({ name, version, text: licenceOf(folder, name) });
      for (const inner of INSIDE[/** @type {'undici'} */ (name)] ?? []) add(kept(inner));
    }
    const vendored = VENDORED[path.relative(ROOT, id).replaceAll('\\', '/')];
    if (vendored !== undefined) add(kept(vendored));
  }
  return works.values();
}

/**
 * The package of a module, and those that the package's own bundler put into the module.
 * @param {string} id
 * @returns {readonly { name: string; folder: string; version: string | undefined }[]}
 */
function packagesOf(id) {
  if (id.startsWith('\0rolldown/')) return [installed('rolldown')];
  const [, root, name] = /^(.*[\\/]node_modules[\\/])((?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(id) ?? [];
  if (root === undefined || name === undefined) return [];
  const folder = path.join(root, name);
  const inner = readFileSync(id, 'utf8').matchAll(/^\/\/#region .*node_modules\/\.pnpm\/(@?[^@/\s]+)@([\d.]+)/gm);
  return [
    { name: name.replaceAll('\\', '/'), folder, version: versionOf(folder) },
    ...[...inner].map(([, packed = '', version]) => ({ ...installed(packed.replace('+', '/')), version })),
  ];
}

/** @param {string} name */
function installed(name) {
  const folder = path.join(ROOT, 'node_modules', name);
  return { name, folder, version: versionOf(folder) };
}

/** @param {string} folder */
function versionOf(folder) {
  const facts = path.join(folder, 'package.json');
  return existsSync(facts) ? /** @type {string} */ (JSON.parse(readFileSync(facts, 'utf8')).version) : undefined;
}

/**
 * @param {string} folder
 * @param {string} name
 * @returns {string}
 */
function licenceOf(folder, name) {
  const file = existsSync(folder)
    ? readdirSync(folder).find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry))
    : undefined;
  const own = WITHOUT_FILE[name];
  if (file === undefined && own !== undefined) return kept(own).text;
  if (file === undefined) throw new Error(`${name} is bundled, but has no licence text: add it to build/licences/.`);
  return readFileSync(path.join(folder, file), 'utf8');
}

/**
 * @param {string} name
 * @returns {Work}
 */
function kept(name) {
  return { name, version: undefined, text: readFileSync(path.join(TEXTS, `${name}.txt`), 'utf8') };
}
