import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as shims from '@modelcontextprotocol/server/_shims';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/server/validators/ajv';
import { expect, test } from 'vitest';
import { bundle } from '../../build.mjs';
import * as replacement from '../../src/mcp/lazy-validator.ts';
import { ROOT } from '../architecture/source-files.ts';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';

const SDK = join(createRequire(import.meta.url).resolve('@modelcontextprotocol/server'), '..');

/** Text of the SDK's file that `src/mcp/lazy-validator.ts` replaces, from the version it was written for. */
const REPLACED = `import { n as AjvJsonSchemaValidator } from "./ajvProvider-HASH.mjs";
import process from "node:process";

export { AjvJsonSchemaValidator as DefaultJsonSchemaValidator, process };`;

test('the replaced file of the SDK has not changed; where it has, compare both and record it anew', () => {
  const text = readFileSync(join(SDK, 'shimsNode.mjs'), 'utf8');
  expect(text.replace(/ajvProvider-[\w-]+\.mjs/, 'ajvProvider-HASH.mjs').trim()).toBe(REPLACED);
});

test('the replacement has the exports of the SDK’s file, which uses the validator that the bundle has', () => {
  expect(Object.keys(replacement).toSorted()).toEqual(Object.keys(shims).toSorted());
  expect(replacement.process).toBe(shims.process);
  expect(shims.DefaultJsonSchemaValidator).toBe(AjvJsonSchemaValidator);
});

test('the SDK imports the file by the name that the build replaces', () => {
  const texts = readdirSync(SDK)
    .filter((name) => name.endsWith('.mjs') && !name.startsWith('shims'))
    .map((name) => readFileSync(join(SDK, name), 'utf8'));
  expect(texts.filter((text) => text.includes('"@modelcontextprotocol/server/_shims"')).length).toBeGreaterThan(0);
  expect(texts.filter((text) => text.includes('shimsNode.mjs'))).toEqual([]);
});

test('the chunks of a start do not contain Ajv', () => {
  const holdsAjv = (name: string) => readFileSync(join(ROOT, 'dist', name), 'utf8').includes('ajvProvider');
  const start = readdirSync(join(ROOT, 'dist')).filter((name) => name === 'main.js' || name.startsWith('start-'));
  expect(start).toHaveLength(2);
  expect(start.filter(holdsAjv)).toEqual([]);
  expect(holdsAjv('json-schema-validator.cjs')).toBe(true);
});

test('a bundled program loads the validator from the file beside it, and validates', { tags: 'long' }, async () => {
  const folder = temporaryFolder('lazy-validator-');
  try {
    const entry = join(folder, 'entry.mjs');
    const shimsPath = join(ROOT, 'src/mcp/lazy-validator.ts');
    writeFileSync(
      entry,
      `import { DefaultJsonSchemaValidator } from ${JSON.stringify(shimsPath)};
       const isValid = (value) => new DefaultJsonSchemaValidator().getValidator({ type: 'object', required: ['a'] })(value).valid;
       console.log(isValid({ a: 1 }), isValid({}));`,
    );
    await bundle({ entry, outdir: join(folder, 'out') });
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'out/main.js')]);
    expect(stdout.trim()).toBe('true false');
  } finally {
    removeFolder(folder);
  }
});
