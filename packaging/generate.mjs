// @ts-check
// Writes the generated files (`npm run packaging`), or with `--check` names those that differ and exits with 1.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from './files.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const check = process.argv.includes('--check');

/** @param {string} file */
function present(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

const files = await generatedFiles(version);
const differing = [...files].filter(([name, text]) => present(path.join(ROOT, name)) !== text);
for (const [name, text] of differing) {
  if (check) {
    console.error(`${name} is not what packaging/description.mjs says: run "npm run packaging".`);
    process.exitCode = 1;
    continue;
  }
  const file = path.join(ROOT, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.error(`Wrote ${name}.`);
}
if (differing.length === 0) console.error(`All ${files.size} files are up to date.`);
