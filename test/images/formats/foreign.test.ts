import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foreignFormat } from '../../../src/images/formats/foreign.ts';
import { measure } from '../../../src/images/formats/format.ts';

/** The beginning of a container of ISO/IEC 14496-12 with this brand. */
const container = (brand: string) => `\0\0\0\x18ftyp${brand}\0\0\0\0mif1miaf`;

describe('a file of another format', () => {
  test.each([
    ['HEIC', container('heic'), /HEIC picture, as iPhones make them/],
    ['HEIC of several pictures', container('mif1'), /HEIC/],
    ['AVIF', container('avif'), /AVIF/],
    ['CR3', container('crx '), /raw picture/],
    ['QuickTime', container('qt  '), /QuickTime video/],
    ['TIFF', 'II*\0\x08\0\0\0', /TIFF/],
    ['big-endian TIFF', 'MM\0*\0\0\0\x08', /TIFF/],
    ['GIF', 'GIF89a\x01\0\x01\0', /GIF/],
    ['BMP', 'BM\x36\x10\0\0\0\0\0\0', /BMP/],
    ['PDF', '%PDF-1.7\n', /PDF/],
    ['Photoshop', '8BPS\0\x01', /Photoshop/],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>', /SVG/],
    ['SVG with a prologue', `\xef\xbb\xbf<?xml version="1.0"?>\n<!-- ${'x'.repeat(300)} -->\n<svg width="1"/>`, /SVG/],
    [
      'SVG with a document type',
      '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd"><svg/>',
      /SVG/,
    ],
    ['JPEG XL', '\xff\x0a\x7f', /JPEG XL/],
    ['JPEG XL in a container', '\0\0\0\x0cJXL \r\n\x87\n', /JPEG XL/],
    ['JPEG 2000', '\0\0\0\x0cjP  \r\n\x87\n', /JPEG 2000/],
    ['ZIP', 'PK\x03\x04\x14\0', /ZIP/],
    ['a web page', '<!DOCTYPE html>\n<html><head><title>404</title>', /web page/],
    ['a web page without a document type', '  <html lang="en"><body>Sign in</body>', /web page/],
    ['an error in JSON', '{"error": "not found"}', /text in place of a picture/],
    ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:1', /Git LFS/],
    ['nothing', '', /the file is empty/],
  ])('%s is named by its content, with the way to a picture', (_format, head, name) => {
    const found = measure(Buffer.from(head, 'latin1'));
    expect(found).toMatchObject({ problem: expect.stringMatching(name) as string });
    expect(found).toMatchObject({ mend: expect.stringMatching(/^[A-Z].*\.$/) as string });
  });

  test('is nothing in particular where its bytes are none of these, whatever they are', () => {
    expect(foreignFormat('\x01\x02\x03')).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1100 }), (bytes) => {
        const head = Buffer.from(bytes).toString('latin1');
        expect(foreignFormat(head)?.problem ?? 'it is unknown').toMatch(/^(it is|the file is)/);
      }),
    );
  });
});
