import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyPicture, requireSuccess } from '../../../src/cli/demo/verify.ts';
import { makeOutputFolder } from '../../../src/cli/demo/output-folder.ts';
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
