import { describe, expect, test } from 'vitest';
import { defaultHome, defaultOutputFolder, defaultRoots } from '../../src/config/folders.ts';
import { nearest } from '../../src/shared/text/suggest.ts';
import { absolutePath, isInside, type Environment } from '../../src/config/environment.ts';

const linux: Environment = { platform: 'linux', cwd: '/home/ann/work', home: '/home/ann', env: {} };
const mac: Environment = { platform: 'darwin', cwd: '/Users/ann/work', home: '/Users/ann', env: {} };
const windows: Environment = {
  platform: 'win32',
  cwd: 'C:\\Users\\ann\\work',
  home: 'C:\\Users\\ann',
  env: { LOCALAPPDATA: 'C:\\Users\\ann\\AppData\\Local' },
};

describe('the data folder', () => {
  test.each([
    [linux, '/home/ann/.local/share/firefly-mcp'],
    [{ ...linux, env: { XDG_DATA_HOME: '/data' } }, '/data/firefly-mcp'],
    [{ ...linux, env: { XDG_DATA_HOME: 'relative' } }, '/home/ann/.local/share/firefly-mcp'],
    [mac, '/Users/ann/Library/Application Support/firefly-mcp'],
    [windows, 'C:\\Users\\ann\\AppData\\Local\\firefly-mcp'],
    [{ ...windows, env: {} }, 'C:\\Users\\ann\\AppData\\Local\\firefly-mcp'],
  ])('follows the conventions of the platform: %#', (place, folder) => expect(defaultHome(place)).toBe(folder));
});

describe('roots and the output folder', () => {
  test.each([linux, mac, windows, { ...linux, cwd: '/usr/src/app' }, { ...linux, cwd: '/tmp/try' }])(
    'the working directory is the root: $cwd',
    (place) => {
      expect(defaultRoots(place)).toEqual([place.cwd]);
      expect(defaultOutputFolder(place, defaultRoots(place))).toBe(place.cwd);
    },
  );

  test.each([
    ...['/', '/home/ann', '/home', '/usr', '/usr/lib/x', '/etc', '/tmp', '/opt'].map((cwd) => ({ ...linux, cwd })),
    ...['/', '/Users/ann', '/Users', '/Applications/Claude.app', '/System/x'].map((cwd) => ({ ...mac, cwd })),
    ...['C:\\', 'D:\\', 'C:\\Users\\Ann', 'c:\\windows\\system32', 'C:\\Users'].map((cwd) => ({ ...windows, cwd })),
    { ...windows, cwd: 'C:\\Users\\ann\\AppData\\Local\\AnthropicClaude\\app-1' },
  ])('a filesystem root, home or system folder is not a root: $cwd', (place) => {
    expect(defaultRoots(place)).toEqual([]);
    expect(defaultOutputFolder(place, [])).toMatch(/[/\\]Pictures[/\\]Firefly$/);
  });
});

describe('paths', () => {
  test('~ is the home folder, other relative paths start from the working directory', () => {
    expect(absolutePath('~/x', linux)).toBe('/home/ann/x');
    expect(absolutePath('..\\x', windows)).toBe('C:\\Users\\ann\\x');
  });

  test('a folder is inside of another one if it is below it, not if it only begins like it', () => {
    expect(isInside('/a/bc', '/a/b', linux)).toBe(false);
    expect(isInside('/a/b/..c', '/a/b', linux)).toBe(true);
    expect(isInside('D:\\a', 'C:\\a', windows)).toBe(false);
  });
});

test('a suggestion is made for a misspelt name only', () => {
  expect(nearest('stdoi', ['stdio', 'http'])).toBe('stdio');
  expect(nearest('FIREFLY_CLINT_ID', ['FIREFLY_CLIENT_ID', 'FIREFLY_HOME'])).toBe('FIREFLY_CLIENT_ID');
  expect(nearest('banana', ['stdio', 'http'])).toBeUndefined();
  expect(nearest('FIREFLY_TYPO', ['FIREFLY_RPM', 'FIREFLY_RPD'])).toBeUndefined();
  expect(nearest('FIREFLY_RMP', ['FIREFLY_HOME', 'FIREFLY_RPM'])).toBe('FIREFLY_RPM');
});
