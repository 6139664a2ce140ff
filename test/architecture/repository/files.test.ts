import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesBelow, ROOT, type SourceFile } from '../source-files.ts';

const BINARY = /\.(png|jpe?g|webp|ico|gz|sqlite)$/;

/** Folders that exist on the machine that runs the tests and nowhere else. Short ones would match ordinary paths. */
const MACHINE_PATHS = [ROOT, resolve(ROOT, '../shared'), homedir()].filter((path) => path.split(/[/\\]/).length > 2);

function namesMachine({ path, text }: SourceFile): readonly string[] {
  return MACHINE_PATHS.filter((place) => text.includes(place)).map((place) => `${path} names ${place}`);
}

describe('the lockfiles', () => {
  const lockfiles = filesBelow('.').flatMap(({ path, text }) => (/(^|\/)package-lock\.json$/.test(path) ? [text] : []));
  const addresses = (text: string) => text.match(/"resolved"|https?:\/\/[^"]*\.tgz/g) ?? [];

  /** The packages of a lockfile that would be installed whatever their content. */
  const unpinned = (text: string) =>
    Object.entries(
      (JSON.parse(text) as { packages: Record<string, { integrity?: string; inBundle?: boolean }> }).packages,
    )
      .filter(
        ([name, { integrity, inBundle }]) =>
          name !== '' && inBundle !== true && integrity?.startsWith('sha512-') !== true,
      )
      .map(([name]) => name);

  test('are found, each beside what it locks', () => {
    const packages = filesBelow('test/compat').filter(({ path }) => path.endsWith('/package.json'));
    const unlocked = packages.filter(({ path }) => !existsSync(join(ROOT, path.replace(/\.json$/, '-lock.json'))));
    expect(unlocked.map(({ path }) => path)).toEqual([]);
    expect(lockfiles.length).toBeGreaterThan(packages.length);
  });

  test('name no download address, so that each machine installs from the registry that it is set up for', () => {
    expect(lockfiles.flatMap(addresses)).toEqual([]);
  });

  test('pin what they install by content', () => {
    expect(lockfiles.flatMap(unpinned)).toEqual([]);
    expect(unpinned('{"packages": {"": {}, "node_modules/a": {}}}')).toEqual(['node_modules/a']);
  });

  test('the check of addresses can fail', () => {
    expect(addresses('{"resolved": "https://example.com/a/-/a-1.0.0.tgz"}')).toHaveLength(2);
  });
});

describe('the files of the repository', () => {
  const files = filesBelow('.').filter(({ path }) => !BINARY.test(path));

  test('name no path of one machine', () => {
    expect(files.length).toBeGreaterThan(100);
    expect(files.flatMap(namesMachine)).toEqual([]);
  });

  test('the check of paths can fail', () => {
    expect(namesMachine({ path: 'x.md', text: `See ${join(ROOT, 'src')}.` })).not.toEqual([]);
  });

  test('include those that people look for', () => {
    const wanted = [
      'README.md',
      'CONTRIBUTING.md',
      'CHANGELOG.md',
      'LICENSE',
      'mcp.json.example',
      '.ci/run',
      'docs/README.md',
    ];
    expect(wanted.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

describe('mcp.json.example', () => {
  test('is JSON with an entry for Adobe and one for --demo, and holds no credential', () => {
    const example = JSON.parse(readFileSync(join(ROOT, 'mcp.json.example'), 'utf8')) as {
      mcpServers: Record<string, { args: string[]; env?: Record<string, string> }>;
    };
    const { firefly, 'firefly-demo': demo } = example.mcpServers;
    expect(firefly?.args).not.toContain('--demo');
    expect(firefly?.env).toEqual({ FIREFLY_CLIENT_ID: 'your-client-id', FIREFLY_CLIENT_SECRET: 'your-client-secret' });
    expect(demo?.args).toContain('--demo');
  });
});

describe('test files that only `npm run test:long` takes', () => {
  // Written in one, the words would tag this file too.
  const TAG = ['@module', 'tag'].join('-');
  /** Long files without the tag, and others with it anywhere: vitest looks for it in the whole text. */
  const wronglyTagged = ({ path, text }: SourceFile) => {
    const isRight = path.endsWith('.long.ts') ? text.startsWith(`/** ${TAG} long */\n`) : !text.includes(TAG);
    return isRight ? [] : [path];
  };

  test('have its tag, without which it leaves them out, and no others have it, which `npm test` would leave out', () => {
    expect(
      filesBelow('test')
        .filter(({ path }) => /\.m?tsx?$/.test(path))
        .flatMap(wronglyTagged),
    ).toEqual([]);
  });

  test('the check of tags can fail', () => {
    expect(wronglyTagged({ path: 'test/x.long.ts', text: 'test();' })).toEqual(['test/x.long.ts']);
    expect(wronglyTagged({ path: 'test/x.test.ts', text: 'test();' })).toEqual([]);
    expect(wronglyTagged({ path: 'test/x.test.ts', text: `expect('/** ${TAG} long */');` })).toEqual([
      'test/x.test.ts',
    ]);
  });
});
