import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fileNameFor, TOKENS } from '../../../src/images/files/name-template.ts';
import { LONGEST_NAME_BYTES, safeName, slug } from '../../../src/images/files/names.ts';
import type { ImageRecord } from '../../../src/images/types.ts';

const IMAGE: ImageRecord = {
  id: 'img_00000000000000000000000000',
  principal: 'anna',
  account: 'a',
  conversation: undefined,
  kind: 'generated',
  job: 'job_1',
  index: 2,
  createdAt: Date.UTC(2026, 10, 20, 23, 59),
  sha256: 'x',
  mimeType: 'image/jpeg',
  bytes: 1,
  width: 2048,
  height: 1024,
  facts: { prompt: 'Zwei Füchse; im Schnee…', seed: 42, model: 'image5' },
};

/** The reasons why some platform does not take this as one file name. */
function problemsOf(name: string): readonly string[] {
  return [
    /[\\/:*?"<>|\p{Cc}]/u.test(name) ? 'a forbidden character' : '',
    /^[.\s]|[.\s]$/u.test(name) ? 'a dot or blank at an end' : '',
    /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name) ? 'a reserved name' : '',
    Buffer.byteLength(name) > LONGEST_NAME_BYTES ? 'too long' : '',
    name !== name.normalize('NFC') || !name.isWellFormed() ? 'not normal' : '',
  ].filter((problem) => problem !== '');
}

describe('a safe name', () => {
  test.each([
    ['../../etc/passwd', 'etc-passwd'],
    ['..\\..\\win.ini', 'win.ini'],
    ['a\0b\nc', 'a-b-c'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['Com1', '_Com1'],
    ['COM¹', '_COM¹'],
    ['console', 'console'],
    ['...', ''],
    ['  name . ', 'name'],
    ['-rf', 'rf'],
    ['u\u0308ber', 'über'],
    ['evil\u202egpj.exe', 'evil-gpj.exe'],
    ['a:b*c?d"e<f>g|h', 'a-b-c-d-e-f-g-h'],
    ['🦊 fox', '🦊 fox'],
  ])('of %j is %j', (text, name) => {
    expect(safeName(text)).toBe(name);
  });

  test('that is too long is cut between characters', () => {
    expect(safeName('🦊'.repeat(100))).toBe('🦊'.repeat(30));
    expect(Buffer.byteLength(safeName('ü'.repeat(300)))).toBe(120);
  });

  test('of any text is safe on every platform, and its own safe name', { tags: 'long' }, () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.stringMatching(/^[./\\ -]{0,6}(CON|nul|com1)?[./\\ -]{0,6}\w{0,200}$/),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const name = safeName(text);
        expect(problemsOf(name)).toEqual([]);
        expect(safeName(name)).toBe(name);
      }),
      { numRuns: 3000 },
    );
  });

  test('as a slug consists of words', () => {
    expect(slug('A red fox, in ❄ snow!', 60)).toBe('a-red-fox-in-snow');
    expect(slug('/../..', 60)).toBe('');
    expect(Buffer.byteLength(slug('wort '.repeat(100), 60))).toBeLessThanOrEqual(60);
  });
});

describe('a name template', () => {
  test.each([
    ['{prompt}-{seed}', 'zwei-füchse-im-schnee-42'],
    ['{date} {model} {n}', '2026-11-20 image5 2'],
    ['{id}_{job}_{width}x{height}', 'img_00000000000000000000000000_job_1_2048x1024'],
    ['plain.jpeg', 'plain'],
    ['a/b', 'a-b'],
    ['..', IMAGE.id],
    ['{seed', '{seed'],
  ])('%j names the picture %j', (template, stem) => {
    expect(fileNameFor(IMAGE, template)).toEqual({ stem, ending: '.jpg' });
  });

  test('leaves out facts that the picture does not have', () => {
    expect(fileNameFor({ ...IMAGE, facts: {} }, '{prompt}-{seed}').stem).toBe('picture');
    expect(fileNameFor({ ...IMAGE, facts: { prompt: '!!!' }, job: undefined }, '{prompt}-{job}-x').stem).toBe(
      'picture-x',
    );
  });

  test('with an unknown token is refused', () => {
    expect(() => fileNameFor(IMAGE, '{promt}')).toThrow(expect.objectContaining({ code: 'invalid_argument' }) as Error);
  });

  test('makes a safe name of any prompt', { tags: 'long' }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.constantFrom(...TOKENS), (text, token) => {
        const image = { ...IMAGE, facts: { ...IMAGE.facts, prompt: text, model: text } };
        const { stem, ending } = fileNameFor(image, `{${token}}${text.replace(/[{}]/g, '')}`);
        expect(stem).not.toBe('');
        expect(problemsOf(`${stem}-999${ending}`)).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });
});
