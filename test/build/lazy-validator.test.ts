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

/** The file of the SDK that `src/mcp/lazy-validator.ts` replaces, as it was when the replacement was written. */
const REPLACED = `import { n as AjvJsonSchemaValidator } from "./ajvProvider-HASH.mjs";
import process from "node:process";

export { AjvJsonSchemaValidator as DefaultJsonSchemaValidator, process };`;

test('the SDK’s file is the one that was replaced: where it has changed, look at both and record it anew', () => {
  const text = readFileSync(join(SDK, 'shimsNode.mjs'), 'utf8');
  expect(text.replace(/ajvProvider-[\w-]+\.mjs/, 'ajvProvider-HASH.mjs').trim()).toBe(REPLACED);
});

test('the replacement exports what the SDK’s file exports, and ends at the SDK’s own validator', () => {
  expect(Object.keys(replacement).toSorted()).toEqual(Object.keys(shims).toSorted());
  expect(replacement.process).toBe(shims.process);
  expect(shims.DefaultJsonSchemaValidator).toBe(AjvJsonSchemaValidator);
});

test('the SDK takes the file by the name that the build replaces', () => {
  const texts = readdirSync(SDK)
    .filter((name) => name.endsWith('.mjs') && !name.startsWith('shims'))
    .map((name) => readFileSync(join(SDK, name), 'utf8'));
  expect(texts.filter((text) => text.includes('"@modelcontextprotocol/server/_shims"')).length).toBeGreaterThan(0);
  expect(texts.filter((text) => text.includes('shimsNode.mjs'))).toEqual([]);
});

test('a start loads no Ajv', () => {
  const holdsAjv = (name: string) => readFileSync(join(ROOT, 'dist', name), 'utf8').includes('ajvProvider');
  const start = readdirSync(join(ROOT, 'dist')).filter((name) => name === 'main.js' || name.startsWith('start-'));
  expect(start).toHaveLength(2);
  expect(start.filter(holdsAjv)).toEqual([]);
  expect(holdsAjv('json-schema-validator.cjs')).toBe(true);
});

test('in a bundle the validator is loaded from beside it, once, and judges', async () => {
  const folder = temporaryFolder('lazy-validator-');
  try {
    const entry = join(folder, 'entry.mjs');
    const shimsPath = join(ROOT, 'src/mcp/lazy-validator.ts');
    writeFileSync(
      entry,
      `import { DefaultJsonSchemaValidator } from ${JSON.stringify(shimsPath)};
       const judge = (value) => new DefaultJsonSchemaValidator().getValidator({ type: 'object', required: ['a'] })(value).valid;
       console.log(judge({ a: 1 }), judge({}));`,
    );
    await bundle({ entry, outdir: join(folder, 'out') });
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'out/main.js')]);
    expect(stdout.trim()).toBe('true false');
  } finally {
    removeFolder(folder);
  }
});
