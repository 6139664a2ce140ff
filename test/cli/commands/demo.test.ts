import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyPicture, requireSuccess } from '../../../src/cli/demo/verify.ts';
import { makeOutputFolder } from '../../../src/cli/demo/output-folder.ts';
import { measure } from '../../../src/images/formats/format.ts';
import { runProgram } from '../../support/program/command.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';

let folder = '';
beforeEach(() => (folder = temporaryFolder('firefly-tour-')));
afterEach(() => removeFolder(folder));

describe('demo', () => {
  test('takes the whole tour and leaves pictures of the promised sizes', { timeout: 180_000 }, async () => {
    const temporary = join(folder, 'tmp');
    mkdirSync(temporary);
    const ended = await runProgram(['demo'], { cwd: folder, env: { TMPDIR: temporary } });
    expect(ended.err + ended.out).toContain('The pictures:');
    expect(ended.code).toBe(0);
    expect(ended.ms).toBeLessThan(60_000);
    const names = readdirSync(join(folder, 'firefly-demo')).toSorted();
    const sizes = names.map((name) => measure(readFileSync(join(folder, 'firefly-demo', name))));
    expect(sizes.map((size) => ('problem' in size ? size.problem : `${size.width}x${size.height}`)).toSorted()).toEqual(
      ['1024x1024', '2048x2048', '2304x1792', '2304x1792', '512x512', '720x405'],
    );
    for (const name of names) expect(ended.out).toContain(name);
    expect(ended.out).toMatch(/mask +a mask that opens \d+ %/);
    expect(ended.out).toMatch(/start and cancel +\w+ → cancelled +\d+\.\d/);
    // The temporary data folder is deleted, and nothing else was created.
    expect(readdirSync(temporary)).toEqual([]);
    expect(readdirSync(folder).toSorted()).toEqual(['firefly-demo', 'tmp']);
  });

  test('fails with a message that says which result is not as promised', () => {
    writeFileSync(join(folder, 'x.png'), 'no picture');
    expect(() => verifyPicture(join(folder, 'x.png'), { width: 1, height: 1 })).toThrow(/is not a complete picture/);
    const result = { content: [{ type: 'text' as const, text: 'no' }], isError: true };
    expect(() => requireSuccess(result, 'show_images')).toThrow('show_images answered with an error: no');
  });
});

describe('the output folder of the demo', () => {
  test('is always an empty one, with a number where the wanted one is not', () => {
    const wanted = join(folder, 'deep', 'out');
    expect(makeOutputFolder(wanted)).toBe(wanted);
    // Still empty, so it is taken again.
    expect(makeOutputFolder(wanted)).toBe(wanted);
    writeFileSync(join(wanted, 'mine.txt'), '');
    expect(basename(makeOutputFolder(wanted))).toBe('out-2');
    writeFileSync(join(folder, 'deep', 'out-2', 'mine.txt'), '');
    writeFileSync(join(folder, 'deep', 'out-3'), 'a file');
    expect(basename(makeOutputFolder(wanted))).toBe('out-4');
    expect(readFileSync(join(folder, 'deep', 'out-3'), 'utf8')).toBe('a file');
  });

  test('that cannot be created is a problem for the operator', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => makeOutputFolder(join(file, 'out'))).toThrow(
      expect.objectContaining({ name: 'Problem', code: 'folder_unusable', actor: 'operator' }),
    );
  });
});
