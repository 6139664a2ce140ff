import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readableCopy } from './programs.ts';

let base: string;
let native: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'programs-'));
  native = join(base, 'private', 'native');
  mkdirSync(join(native, 'bin'), { recursive: true });
  mkdirSync(join(native, 'lib'));
  writeFileSync(join(base, 'private', 'package.json'), '{ "version": "1.2.3" }');
  writeFileSync(join(native, 'bin', 'postgres'), 'a program', { mode: 0o700 });
  writeFileSync(join(native, 'lib', 'libpq.so'), 'a library', { mode: 0o600 });
  chmodSync(join(base, 'private'), 0o700);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const modeOf = (...path: string[]) => (statSync(join(...path)).mode & 0o777).toString(8);

describe('the copy of PostgreSQL that root makes', () => {
  const expected = () => join(base, 'firefly-mcp-postgres-1.2.3');

  test('the copy is readable by everybody and writable by its owner alone', async () => {
    const home = await readableCopy(native, base);
    expect(home).toBe(expected());
    expect([modeOf(home), modeOf(home, 'bin/postgres'), modeOf(home, 'lib/libpq.so')]).toEqual(['755', '755', '644']);
  });

  test('the copy is made once, whichever of several runs is first', async () => {
    await Promise.all([readableCopy(native, base), readableCopy(native, base), readableCopy(native, base)]);
    const { ino } = statSync(expected());
    // A second copy would appear beside the first one, if only for a moment.
    const { mtimeMs } = statSync(base);
    await readableCopy(native, base);
    expect(statSync(expected()).ino).toBe(ino);
    expect(statSync(base).mtimeMs).toBe(mtimeMs);
  });

  test('a copy from which files were swept is made anew', async () => {
    const home = await readableCopy(native, base);
    rmSync(join(home, 'lib'), { recursive: true });
    expect(readFileSync(join(await readableCopy(native, base), 'lib/libpq.so'), 'utf8')).toBe('a library');
  });

  test('a copy made from links of a checkout holds none, and one that holds links is made anew', async () => {
    symlinkSync('libpq.so', join(native, 'lib', 'libpq.so.5'));
    const home = await readableCopy(native, base);
    expect(readdirSync(join(home, 'lib'))).toEqual(['libpq.so']);
    symlinkSync('/a/checkout/that/is/gone/libpq.so', join(home, 'lib', 'libpq.so.5'));
    await readableCopy(native, base);
    expect(readdirSync(join(home, 'lib'))).toEqual(['libpq.so']);
  });

  test('a folder in which other users can write is not used', async () => {
    chmodSync(await readableCopy(native, base), 0o777);
    await expect(readableCopy(native, base)).rejects.toThrow('is in the way of our own copy');
  });

  test('a link in its place is not followed', async () => {
    symlinkSync(native, expected());
    await expect(readableCopy(native, base)).rejects.toThrow('is in the way of our own copy');
  });
});
