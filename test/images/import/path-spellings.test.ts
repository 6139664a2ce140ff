import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pathSpellings } from '../../../src/images/import/path-spellings.ts';

describe('the paths that a text may mean', () => {
  test.each([
    ['C:\\Users\\a\\b.png', 'C:\\Users\\a\\b.png'],
    ['"C:\\Users\\a\\my cat.png"', 'C:\\Users\\a\\my cat.png'],
    ['file:///C:/Users/a/my%20cat.png', 'C:\\Users\\a\\my cat.png'],
    ['/c/Users/a/b.png', 'C:/Users/a/b.png'],
    ['/mnt/c/Users/a/b.png', 'C:/Users/a/b.png'],
    ['%USERPROFILE%\\b.png', 'C:\\Users\\a\\b.png'],
  ])('have, for %j on Windows, %j', (text, path) => {
    expect(pathSpellings(text, { home: 'C:\\Users\\a', windows: true })).toContain(path);
  });

  test('have the place of a Windows drive in WSL on other systems', () => {
    expect(pathSpellings('C:\\Users\\a\\b.png', {}).at(-1)).toBe('/mnt/c/Users/a/b.png');
  });

  test('are the text itself where it has nothing of that', () => {
    expect(pathSpellings('pictures/my cat.png', { home: '/home/a' })).toEqual(['pictures/my cat.png']);
    expect(pathSpellings('~other/a.png', { home: '/home/a' })).toEqual(['~other/a.png']);
  });

  test('are few, begin with the text, and hold no NUL, for any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (text, windows) => {
        const given = text.replaceAll('\0', '').trim();
        const paths = pathSpellings(given, { home: '/home/a', windows });
        expect(paths[0]).toBe(given);
        expect(paths.length).toBeLessThanOrEqual(64);
        expect(paths.join('')).not.toContain('\0');
      }),
    );
  });
});
