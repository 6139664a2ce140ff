import { describe, expect, test } from 'vitest';
import { resolveConfig, type Config } from '../../src/config/resolve.ts';
import type { Environment } from '../../src/config/environment.ts';
import type { TextFile } from '../../src/config/sources.ts';

const linux: Environment = { platform: 'linux', cwd: '/home/ann/shop', home: '/home/ann', env: {} };
const mac: Environment = { platform: 'darwin', cwd: '/Users/ann/shop', home: '/Users/ann', env: {} };
const windows: Environment = {
  platform: 'win32',
  cwd: 'D:\\shop',
  home: 'C:\\Users\\ann',
  env: { LOCALAPPDATA: 'C:\\Users\\ann\\AppData\\Local', APPDATA: 'C:\\Users\\ann\\AppData\\Roaming' },
};

/** The configuration at a place, with more variables and the files that are there. */
function configured(
  place: Environment,
  env: Environment['env'] = {},
  files: Readonly<Record<string, TextFile>> = {},
): Config {
  const readFile = (path: string) => files[path];
  return resolveConfig({ ...place, env: { ...place.env, ...env }, flags: {}, demo: false, readFile });
}

describe('by default', () => {
  test.each([
    [linux, '/home/ann/.local/share/firefly-mcp', '/home/ann/shop'],
    [mac, '/Users/ann/Library/Application Support/firefly-mcp', '/Users/ann/shop'],
    [windows, 'C:\\Users\\ann\\AppData\\Local\\firefly-mcp', 'D:\\shop'],
  ])('$platform has its own data folder, and pictures are saved in the project', (place, home, outputFolder) => {
    expect(configured(place)).toMatchObject({ home, outputFolder, roots: [place.cwd], databaseUrl: undefined });
  });

  test.each([
    [{ ...linux, cwd: '/home/ann' }, '/home/ann/Pictures/Firefly'],
    [{ ...linux, cwd: '/', env: { XDG_PICTURES_DIR: '/home/ann/Bilder' } }, '/home/ann/Bilder/Firefly'],
    [{ ...mac, cwd: '/' }, '/Users/ann/Pictures/Firefly'],
    [{ ...windows, cwd: 'C:\\Windows\\System32' }, 'C:\\Users\\ann\\Pictures\\Firefly'],
    [{ ...windows, cwd: 'c:\\users\\ANN' }, 'C:\\Users\\ann\\Pictures\\Firefly'],
  ])(
    'a server that starts in $cwd on $platform has no root, and saves to the pictures folder',
    (place, outputFolder) => {
      expect(configured(place)).toMatchObject({ outputFolder, roots: [] });
    },
  );
});

describe('paths in variables', () => {
  test.each([
    [linux, '~/data', '/home/ann/data'],
    [linux, '/srv/firefly', '/srv/firefly'],
    [mac, '~/Library/firefly', '/Users/ann/Library/firefly'],
    [windows, '~\\data', 'C:\\Users\\ann\\data'],
    [windows, '~/data', 'C:\\Users\\ann\\data'],
    [windows, 'E:/firefly', 'E:\\firefly'],
    [windows, '..\\data', 'D:\\data'],
    [windows, '\\\\server\\share\\firefly', '\\\\server\\share\\firefly'],
  ])('FIREFLY_HOME on $platform may be %s', (place, value, home) => {
    expect(configured(place, { FIREFLY_HOME: value }).home).toBe(home);
  });

  test.each([
    [linux, '~/a:/b:c', ['/home/ann/a', '/b', '/home/ann/shop/c']],
    [mac, '~/a:/Volumes/b', ['/Users/ann/a', '/Volumes/b']],
    [windows, 'C:\\a;~\\b;c', ['C:\\a', 'C:\\Users\\ann\\b', 'D:\\shop\\c']],
  ])('FIREFLY_ROOTS on $platform are separated as in PATH: %s', (place, value, roots) => {
    expect(configured(place, { FIREFLY_ROOTS: value }).roots).toEqual(roots);
  });

  test.each([
    [linux, 'sqlite:~/jobs.sqlite', 'sqlite:/home/ann/jobs.sqlite'],
    [mac, 'sqlite:///Users/ann/jobs.sqlite', 'sqlite:/Users/ann/jobs.sqlite'],
    [windows, 'sqlite:C:\\data\\jobs.sqlite', 'sqlite:C:\\data\\jobs.sqlite'],
    [windows, 'sqlite:///C:/data/jobs.sqlite', 'sqlite:C:\\data\\jobs.sqlite'],
    [windows, 'sqlite:jobs.sqlite', 'sqlite:D:\\shop\\jobs.sqlite'],
  ])('FIREFLY_DATABASE_URL on $platform may be %s', (place, value, address) => {
    expect(configured(place, { FIREFLY_DATABASE_URL: value }).databaseUrl).toBe(address);
  });
});

describe('config.json', () => {
  const text = JSON.stringify({ FIREFLY_CLIENT_ID: 'ann', FIREFLY_CLIENT_SECRET: 'hush-hush' });
  const open: TextFile = { text, mode: 0o100666 };

  test.each([
    [linux, '/home/ann/.local/share/firefly-mcp/config.json'],
    [mac, '/Users/ann/Library/Application Support/firefly-mcp/config.json'],
    [windows, 'C:\\Users\\ann\\AppData\\Local\\firefly-mcp\\config.json'],
  ])('is read from the data folder of $platform', (place, path) => {
    const closed = { ...open, mode: 0o100600 };
    expect(configured(place, {}, { [path]: closed }).credentials).toMatchObject({ clientId: 'ann' });
  });

  test('with a secret is refused if others may read it, except on Windows, which has no permission bits', () => {
    const path = '/home/ann/.local/share/firefly-mcp/config.json';
    expect(() => configured(linux, {}, { [path]: open })).toThrow(/config\.json/);
    const there = 'C:\\Users\\ann\\AppData\\Local\\firefly-mcp\\config.json';
    expect(configured(windows, {}, { [there]: open }).credentials).toMatchObject({ clientId: 'ann' });
  });
});
