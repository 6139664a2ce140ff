import { expect, test } from 'vitest';
import { readFileRequest } from '../../../src/images/conversion/file-request.ts';

test.each([
  ['"hero.png"', 'hero.png', undefined],
  ["'assets/my hero.png' 1000x1000", 'assets/my hero.png', '1000x1000'],
  ['“hero.png” 500x', 'hero.png', '500x'],
  ['"hero.png 500x"', 'hero.png', '500x'],
  ['hero.png 1000 x 1000', 'hero.png', '1000x1000'],
  ['hero.png (1000×800)', 'hero.png', '1000x800'],
  ["it's a hero.png", "it's a hero.png", undefined],
  ['"a" and "b".png', '"a" and "b".png', undefined],
])('the quotes around a name do not count: %s', (text, name, size) => {
  expect(readFileRequest(text)).toMatchObject({ name, size });
});
