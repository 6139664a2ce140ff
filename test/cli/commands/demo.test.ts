import { execFileSync } from 'node:child_process';
import { lchownSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyPicture, requireSuccess } from '../../../src/cli/demo/verify.ts';
import { takeOutputFolder } from '../../../src/cli/demo/output-folder.ts';
import { createProcessIdentity } from '../../../src/jobs/engine/process-identity.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { start } from '../../support/program/command.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';

let folder = '';
beforeEach(() => (folder = temporaryFolder('firefly-tour-')));
afterEach(() => removeFolder(folder));

describe('demo', () => {
  test('fails with a message that says which result is not as promised', () => {
    writeFileSync(join(folder, 'x.png'), 'no picture');
    expect(() => verifyPicture(join(folder, 'x.png'), { width: 1, height: 1 })).toThrow(/is not a complete picture/);
    const result = { content: [{ type: 'text' as const, text: 'no' }], isError: true };
    expect(() => requireSuccess(result, 'show_images')).toThrow('show_images answered with an error: no');
  });
});

describe('Ctrl-C in the demo', { tags: 'long' }, () => {
  test.each(['connect', 'two variations'])(
    'at the step "%s" ends it in one line with 130, and leaves no mark in the folder',
    async (step) => {
      const running = start(['demo'], { cwd: folder, env: { TMPDIR: folder } });
      await running.shows(new RegExp(`^${step} …`, 'm'));
      running.child.kill('SIGINT');
      const { code, err } = await running.ended;
      const lines = err.split('\n').filter((line) => line !== '' && !/ …$|^[a-z ]+: /.test(line));
      expect({ code, lines }).toEqual({ code: 130, lines: ['firefly-mcp: The demo was interrupted.'] });
      expect(readdirSync(join(folder, 'firefly-demo'))).not.toContain('.firefly-demo');
      // The data folder of the demo is gone, too.
      expect(readdirSync(folder).filter((name) => name.startsWith('firefly-demo-'))).toEqual([]);
    },
  );
});

test('a demo that was killed leaves the next one its folder', { tags: 'long' }, async () => {
  const killed = start(['demo'], { cwd: folder, env: { TMPDIR: folder } });
  await killed.shows(/^connect …/m);
  killed.child.kill('SIGKILL');
  await killed.ended;
  expect(readdirSync(join(folder, 'firefly-demo'))).toEqual(['.firefly-demo']);
  const next = start(['demo'], { cwd: folder, env: { TMPDIR: folder } });
  await next.shows(/^connect …/m);
  expect(readdirSync(folder)).not.toContain('firefly-demo-2');
  next.child.kill('SIGINT');
  expect((await next.ended).code).toBe(130);
  expect(readdirSync(join(folder, 'firefly-demo'))).not.toContain('.firefly-demo');
});

describe('the output folder of the demo', () => {
  const table = { host: 'here', pid: 4711, isAlive: (pid: number) => pid !== 666 };
  const owner = createProcessIdentity(table, systemRandom);
  const take = (wanted: string) => takeOutputFolder(wanted, owner);

  test.each([
    ['is taken again, where nothing else is in it', [], 'out'],
    ['is left with its pictures and without its mark', ['1-fox.png'], 'out-2'],
  ])('that a killed demo had %s', (_what, pictures, name) => {
    const killed = createProcessIdentity({ ...table, pid: 666 }, systemRandom);
    const { path } = takeOutputFolder(join(folder, 'out'), killed);
    for (const picture of pictures) writeFileSync(join(path, picture), '');
    const next = take(path);
    expect(basename(next.path)).toBe(name);
    next.release();
    expect(readdirSync(path)).toEqual(pictures);
  });

  test.each([
    ['a link to a device without an end', (mark: string) => symlinkSync('/dev/zero', mark)],
    ['a pipe', (mark: string) => execFileSync('mkfifo', [mark])],
    ['a link to a file', (mark: string) => symlinkSync(join(mark, '..', '..', 'of-a-person'), mark)],
    ['a folder', (mark: string) => mkdirSync(mark)],
  ])('that holds %s in place of a mark is left as it is, at once', (_what, put) => {
    writeFileSync(join(folder, 'of-a-person'), 'here/666/x');
    mkdirSync(join(folder, 'out'));
    put(join(folder, 'out', '.firefly-demo'));
    expect(basename(take(join(folder, 'out')).path)).toBe('out-2');
    expect(readdirSync(join(folder, 'out'))).toEqual(['.firefly-demo']);
  });

  test.skipIf(process.getuid?.() !== 0)('is not behind a link of another user, who could lead it elsewhere', () => {
    mkdirSync(join(folder, 'elsewhere'));
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'out'));
    const own = take(join(folder, 'out'));
    expect(basename(own.path)).toBe('out');
    own.release();
    lchownSync(join(folder, 'out'), 65_534, 65_534);
    expect(basename(take(join(folder, 'out')).path)).toBe('out-2');
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual([]);
  });

  test('is always an empty one, with a number where the wanted one is not', () => {
    const wanted = join(folder, 'deep', 'out');
    const first = take(wanted);
    expect(first.path).toBe(wanted);
    first.release();
    // Still empty, so it is taken again.
    const second = take(wanted);
    expect(second.path).toBe(wanted);
    second.release();
    writeFileSync(join(wanted, 'mine.txt'), '');
    expect(basename(take(wanted).path)).toBe('out-2');
    writeFileSync(join(folder, 'deep', 'out-3'), 'a file');
    expect(basename(take(wanted).path)).toBe('out-4');
    expect(readFileSync(join(folder, 'deep', 'out-3'), 'utf8')).toBe('a file');
  });

  test('is another one for each of two demos at once, and has nothing but pictures after it', () => {
    const wanted = join(folder, 'out');
    const [first, second] = [take(wanted), take(wanted)];
    expect([first.path, second.path].map((path) => basename(path))).toEqual(['out', 'out-2']);
    first.release();
    expect(readdirSync(wanted)).toEqual([]);
  });

  test('that is not empty, nor any of those with a number, is told with what to do', () => {
    const wanted = join(folder, 'out');
    for (let number = 1; number <= 1_000; number += 1) {
      mkdirSync(join(number === 1 ? wanted : `${wanted}-${number}`, 'mine'), { recursive: true });
    }
    const message = expect.stringContaining('999 numbered folders') as string;
    expect(() => take(wanted)).toThrow(expect.objectContaining({ code: 'folder_unusable', message }));
  });

  test('that cannot be created is a problem for the operator', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => take(join(file, 'out'))).toThrow(
      expect.objectContaining({ name: 'Problem', code: 'folder_unusable', actor: 'operator' }),
    );
  });
});
