import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quoteUntrusted } from '../../../src/shared/text/text.ts';

describe('quoted foreign text', () => {
  test.each([
    ['plain text, with ünïcode and 漢字', 'plain text, with ünïcode and 漢字'],
    ['\u001b[31mred\u001b[0m and \u001b]0;title\u0007x', 'red and 0;titlex'],
    ['two\nlines\r\n\tand tabs', 'two lines and tabs'],
    ['evil\u202Etxt.exe\u2066x\u2069', 'eviltxt.exex'],
    ['zero\u200bwidth\ufeff\u00ad', 'zerowidth'],
    ['tags\u{e0041}\u{e0042}\u{e007f}', 'tags'],
    ['lone \ud800 surrogate', 'lone  surrogate'],
    ['vari\ufe0fation', 'variation'],
    ['nul\u0000 bell\u0007', 'nul bell'],
    ['![see](https://evil.example/x) and [a](b)', '![see] (https://evil.example/x) and [a] (b)'],
  ])('of %j is harmless', (given, expected) => {
    expect(quoteUntrusted(given)).toBe(expected);
  });

  test('is one line of bounded length for any text, in linear time', { tags: 'long' }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), fc.integer({ min: 1, max: 300 }), (text, limit) => {
        const quoted = quoteUntrusted(text, limit);
        expect(Array.from(quoted).length).toBeLessThanOrEqual(limit);
        expect(quoted).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
      { numRuns: 500 },
    );
    expect(quoteUntrusted('\u001b['.repeat(500_000) + 'x').length).toBeLessThanOrEqual(200);
  });
});
