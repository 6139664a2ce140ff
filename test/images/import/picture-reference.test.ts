import { describe, expect, test } from 'vitest';
import { readPictureReference } from '../../../src/images/import/picture-reference.ts';

const ID = 'img_00000000000000000000000000';

const ALL = { files: true, uploadIds: true };

describe('a picture argument', () => {
  test.each([
    [ID, 'stored'],
    ['last', 'stored'],
    ['job_00000000000000000000000000#2', 'stored'],
    [`firefly://images/${ID}`, 'stored'],
    ['img_typo', 'stored'],
    ['img_20260101_123456.jpg', 'file'],
    ['job_photos/1.png', 'file'],
    ['firefly://images/last', 'stored'],
    ['data:image/png;base64,iVBORw0KGg%2B%2F%3D', 'data'],
    ['„photos/cat.png“', 'file'],
    ['photos/cat.png', 'file'],
    ['C:\\photos\\cat.png', 'file'],
    ['/photos/cat.png', 'file'],
    ['file:///photos/my%20cat.png', 'file'],
    ['file://host/share/cat.png', 'file'],
    ['@photos/cat.png', 'file'],
    ['"last"', 'stored'],
    [`@${ID}`, 'stored'],
    ["'https://storage.googleapis.com/b/cat.png'", 'url'],
    ['<data:image/png;base64,iVBORw0KGgo=>', 'data'],
    ['https://bucket.s3.amazonaws.com/cat.png?X-Amz-Signature=x', 'url'],
    ['https://account.blob.core.windows.net/c/cat.png', 'url'],
    ['https://storage.googleapis.com/b/cat.png', 'url'],
    ['data:image/png;base64,iVBORw0KGgo=', 'data'],
    [`iVBORw0KGgo${'A'.repeat(80)}`, 'data'],
    [`"/9j/${'A'.repeat(80)}\n=="`, 'data'],
    ['iVBORw0KGgo', 'file'],
    [`/9j/${'a'.repeat(80)}.png`, 'file'],
    ['0B3C6D1E-1111-4222-8333-444455556666', 'upload'],
  ])('%j is read as %s', (text, kind) => {
    expect(readPictureReference(text, ALL).kind).toBe(kind);
  });

  test('is left as it was written where it is a path, and decoded where it is a data URI', () => {
    const path = '@"photos/my%20cat.png"';
    expect(readPictureReference(path, ALL)).toEqual({ kind: 'file', path });
    const data = readPictureReference('data:image/png;base64,AAEC', ALL);
    expect(data.kind === 'data' && [...data.bytes]).toEqual([0, 1, 2]);
  });

  test.each([
    ['http://bucket.s3.amazonaws.com/cat.png', 'url_not_allowed'],
    ['https://user:pw@bucket.s3.amazonaws.com/cat.png', 'url_not_allowed'],
    ['https://example.com/cat.png', 'url_not_allowed'],
    ['https://amazonaws.com.evil.example/cat.png', 'url_not_allowed'],
    ['https://evilamazonaws.com/cat.png', 'url_not_allowed'],
    ['ftp://bucket.s3.amazonaws.com/cat.png', 'url_not_allowed'],
    [`https://bucket.s3.amazonaws.com/${'a'.repeat(2100)}`, 'url_not_allowed'],
    ['', 'invalid_picture'],
    ['data:image/png,notbase64', 'invalid_picture'],
    ['data:image/png;base64,???', 'invalid_picture'],
    [`data:image/png;base64,${'A'.repeat(8_000_000)}`, 'picture_too_large'],
  ])('%.60s is refused as %s', (text, code) => {
    expect(() => readPictureReference(text, ALL)).toThrow(expect.objectContaining({ code }) as Error);
  });
});
