// @ts-check
// Writes the generated files (`npm run packaging`), or with `--check` names those that differ and exits with 1.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { COPIES, generatedFiles } from './files.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const check = process.argv.includes('--check');

/** @param {string} file */
function present(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** @type {Map<string, Buffer>} */
const files = new Map();
for (const [name, text] of await generatedFiles(version)) files.set(name, Buffer.from(text));
for (const [copy, original] of Object.entries(COPIES)) files.set(copy, readFileSync(path.join(ROOT, original)));
const differing = [...files].filter(([name, content]) => !present(path.join(ROOT, name))?.equals(content));
for (const [name, content] of differing) {
  if (check) {
    console.error(`${name} is not what packaging/description.mjs says: run "npm run packaging".`);
    process.exitCode = 1;
    continue;
  }
  const file = path.join(ROOT, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  console.error(`Wrote ${name}.`);
}
if (differing.length === 0) console.error(`All ${files.size} files are up to date.`);
