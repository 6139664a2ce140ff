import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { STUDIO } from '../../build/studio.mjs';
import { ROOT } from '../architecture/source-files.ts';

const page = readFileSync(join(ROOT, 'dist', STUDIO), 'utf8');

/** Bytes of the page that hosts send through their message channel. */
const MOST_BYTES = 200_000;

test(`the studio's page has less than ${MOST_BYTES / 1000} kB`, () => {
  expect(Buffer.byteLength(page)).toBeLessThan(MOST_BYTES);
});

test('the page loads nothing: one style sheet and one script are in it, and the script imports nothing', () => {
  expect(page.match(/<script\b/g)).toHaveLength(1);
  expect(page.match(/<\/script/g)).toHaveLength(1);
  expect(page.match(/<style\b/g)).toHaveLength(1);
  // The icon is in the page itself, as pictures of its style would be.
  expect(page.match(/<(link|img|iframe|object|embed|base)\b[^>]*\b(src|href|data)=(?!"data:)/g)).toBeNull();
  const [, script = ''] = /<script type="module">([\s\S]*)<\/script>/.exec(page) ?? [];
  expect(script.length).toBeGreaterThan(1000);
  expect(script).not.toMatch(/(^|[;}\s])import[\s{*("']/);
  expect(page).not.toMatch(/@import|url\((?!["']?data:|["']?#)/);
});
