import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';
import { fakeTerminal } from '../fake-terminal.ts';

let folder = '';
beforeEach(() => (folder = temporaryFolder('firefly-plain-')));
afterEach(() => removeFolder(folder));

async function batch(...args: string[]) {
  const terminal = fakeTerminal(['batch', ...args, '--demo'], {
    cwd: folder,
    home: folder,
    env: { FIREFLY_HOME: join(folder, 'home') },
  });
  const code = await main(terminal);
  return { code, err: terminal.output.err };
}

const sparse = (path: string) => {
  writeFileSync(path, '');
  truncateSync(path, 2 ** 40);
};

describe('what is no regular file, or too large, is refused at once', () => {
  test.each<[string, (path: string) => void, string]>([
    ['an endless device', (path) => symlinkSync('/dev/zero', path), 'no regular file'],
    ['a pipe', (path) => void execFileSync('mkfifo', [path]), 'no regular file'],
    ['a terabyte', sparse, 'more than 64 MiB'],
  ])('as the file of items: %s', { tags: 'long' }, async (_name, make, reason) => {
    make(join(folder, 'items.jsonl'));
    const { code, err } = await batch('items.jsonl');
    expect(code).toBe(2);
    expect(err).toContain(reason);
  });

  test.each<[string, (path: string) => void, string]>([
    ['an endless device', (path) => symlinkSync('/dev/zero', path), 'a.png (links)'],
    ['a pipe', (path) => void execFileSync('mkfifo', [path]), 'a.png (no pictures)'],
    ['a terabyte', sparse, 'a.png: The file has 1099512 MB; pictures may have 64 MB.'],
  ])('as a picture of --folder: %s', { tags: 'long' }, async (_name, make, reason) => {
    mkdirSync(join(folder, 'pictures'));
    make(join(folder, 'pictures', 'a.png'));
    const { code, err } = await batch('--folder', 'pictures');
    expect(code).toBe(1);
    expect(err).toContain(reason);
  });
});
