import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../architecture/source-files.ts';
import { found, overhear, removeFolder, search, temporaryFolder } from './artefacts.ts';
import { canary, formsOf, secretsIn } from './canaries.ts';

const SIGNED = 'https://storage.example/1?X-Amz-Expires=60&X-Amz-Signature=0123456789abcdef';
const JWT = `${Buffer.from('{"alg":"none","kid":"emulator"}').toString('base64url')}.e30.c2lnbmF0dXJl`;

/** What was found since the last question; this file leaks on purpose. */
const leaks = () => found.splice(0).map((text) => text.split(':')[0]);

describe('secrets are recognised', () => {
  test.each(formsOf(canary('x')).concat(formsOf(JWT), formsOf(SIGNED)))('as %s', (form) => {
    expect(secretsIn(`before ${form} after`)).toHaveLength(1);
    expect(secretsIn(Buffer.from(`\u0000\u00ff${form}`))).toHaveLength(1);
  });

  test('by their first eight characters', () => {
    expect(secretsIn(canary('x').slice(0, 8))).toHaveLength(1);
    expect(secretsIn(canary('x').slice(0, 7))).toEqual([]);
  });

  test('in the middle of something that was encoded as a whole', () => {
    for (const padding of ['', 'a', 'ab', 'abc']) {
      const bytes = Buffer.from(`${padding}${canary('x')} and more`);
      for (const code of ['base64', 'base64url', 'hex'] as const) {
        expect(secretsIn(bytes.toString(code)), `${padding} ${code}`).toHaveLength(1);
      }
    }
  });

  test('when the program made them itself', () => {
    expect(secretsIn('it is c0mpletely-random-token', ['c0mpletely-random-token'])).toMatchObject([{ kind: 'bearer' }]);
  });

  test('unlike the mere name of a signature', () => {
    expect(secretsIn('the X-Amz-Signature= parameter, ?X-Amz-Signature=[redacted]')).toEqual([]);
  });
});

describe('a secret is found', () => {
  test('in a file of a folder, and in its name', () => {
    const folder = temporaryFolder('leak-');
    mkdirSync(join(folder, 'deep'));
    writeFileSync(join(folder, 'deep', 'manifest.csv'), `url\n${SIGNED}\n`);
    writeFileSync(join(folder, JWT), '');
    removeFolder(folder);
    expect(leaks()).toEqual([
      'IMS token in file names',
      expect.stringMatching(/^signature in file leak-.*manifest.csv/),
    ]);
    expect(existsSync(folder)).toBe(false);
  });

  test('everywhere but in the file of the bearer token, where there is one', () => {
    const folder = temporaryFolder('leak-');
    writeFileSync(join(folder, 'http-token'), 'a-token-of-its-own\n');
    writeFileSync(join(folder, 'other'), 'a-token-that-is-cut');
    removeFolder(folder);
    expect(leaks()).toEqual([expect.stringMatching(/^bearer in file .*other$/)]);
  });

  test('in the output of a program, also where it comes in pieces', async () => {
    const say = `process.stdout.write('${canary('x').slice(0, 4)}'); setTimeout(() => process.stdout.write('${canary('x').slice(4)}'), 50)`;
    const child = spawn(process.execPath, ['-e', say]);
    overhear(child);
    await once(child, 'close');
    expect(leaks()).toEqual([expect.stringMatching(/^canary in output/)]);
  });

  test('unless it may be there', () => {
    search('file', 'home/firefly.sqlite', SIGNED);
    search('output', 'stdio', `{"contents":[{"uri":"firefly://jobs/job_1","text":"${SIGNED}"}]}\n`);
    expect(leaks()).toEqual([]);
    search('file', 'home/firefly.sqlite', JWT);
    search('output', 'stdio', `{"text":"${SIGNED}"}\nfirefly://jobs/job_1\n`);
    search('result', 'job_status', SIGNED);
    expect(leaks()).toEqual([
      'IMS token in file home/firefly.sqlite',
      'signature in output stdio',
      'signature in result job_status',
    ]);
  });
});

describe('tests', () => {
  // The packed tarball is tried apart, in a step of its own.
  const sources = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/^(bench|support|compat|pack)\/|\.setup\.ts$/.test(file))
    .map((file) => [file, readFileSync(join(ROOT, 'test', file), 'utf8')] as const);

  test('make and remove their folders here, so that what is in them is searched', () => {
    // The folder of test/pack holds an installed copy of every dependency.
    const own = sources.filter(
      ([file, text]) => !file.startsWith('pack') && /\bmkdtemp|\brm(Sync)?\([^)]*recursive/.test(text),
    );
    expect(own.map(([file]) => file)).toEqual([]);
  });

  test('overhear the programs and clients that they start', () => {
    const deaf = sources.filter(
      ([, text]) =>
        (/\bspawn\(process.execPath, \[(MAIN|PROGRAM|file)/.test(text) && !/\boverhear\(/.test(text)) ||
        (/\.connect\(.*transport/i.test(text) && !/\boverhearClient\(/.test(text)),
    );
    expect(deaf.map(([file]) => file)).toEqual([]);
  });
});
