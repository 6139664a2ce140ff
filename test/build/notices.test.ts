import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NOTICES } from '../../build/bundle.mjs';
import { noticesOf, worksOf } from '../../build/notices.mjs';
import { ROOT } from '../architecture/source-files.ts';
import { removeFolder, temporaryFolder } from '../support/artefacts.ts';

const DIST = join(ROOT, 'dist');
/** What licence texts say, in one form or another. */
const GRANT = /Permission (to use|is hereby granted)|Apache License|Redistribution and use/;

/** What is bundled today. A package that joins or leaves changes this list; read its licence before you do. */
const BUNDLED = `@clack/core @clack/prompts @mediapipe/selfie_segmentation @modelcontextprotocol/client @modelcontextprotocol/core
  @modelcontextprotocol/server ajv ajv-formats ansi-regex content-type cross-spawn
  fast-deep-equal fast-string-truncated-width fast-string-width fast-uri fast-wrap-ansi formdata-polyfill
  get-east-asian-width isexe jose json-schema-traverse jsonc-parser llhttp path-key pkce-challenge preact rolldown
  shebang-command shebang-regex sisteransi smol-toml string-width strip-ansi undici which ws zod`;

test('the notices have a licence text of every package that is bundled, of those inside of it, and no other', () => {
  const [, ...works] = readFileSync(join(DIST, NOTICES), 'utf8').split(/^-{72}$/m);
  expect(works.map((work) => work.trim().split(/[ \n]/)[0])).toEqual(BUNDLED.split(/\s+/));
  expect(works.filter((work) => !GRANT.test(work))).toEqual([]);
});

test('a package without a licence text stops the build, and packages within a package are found', () => {
  const folder = temporaryFolder('notices-');
  try {
    const file = join(folder, 'node_modules', '@who', 'knows', 'index.js');
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, '');
    expect(() => noticesOf([file])).toThrow('@who/knows is bundled, but has no licence text');
    writeFileSync(join(file, '../LICENSE'), 'Do as you like.');
    writeFileSync(file, '//#region ../../node_modules/.pnpm/fast-uri@3.1.8/node_modules/fast-uri/index.js\n');
    expect([...worksOf([file])]).toMatchObject([
      { name: '@who/knows', text: 'Do as you like.' },
      { name: 'fast-uri', version: '3.1.8', text: expect.stringContaining('Redistribution and use') },
    ]);
  } finally {
    removeFolder(folder);
  }
});
