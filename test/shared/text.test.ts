import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../../src/shared/logger.ts';
import { quoteUntrusted } from '../../src/shared/text.ts';

describe('quoteUntrusted', () => {
  it.each([
    ['plain text stays, with ünïcode and 漢字', 'plain text stays, with ünïcode and 漢字'],
    ['\u001b[31mred\u001b[0m and \u001b]0;title\u0007x', 'red and 0;titlex'],
    ['two\nlines\r\n\tand tabs', 'two lines and tabs'],
    ['evil\u202Etxt.exe\u2066x\u2069', 'eviltxt.exex'],
    ['zero\u200bwidth\ufeff\u00ad', 'zerowidth'],
    ['tags\u{e0041}\u{e0042}\u{e007f}', 'tags'],
    ['lone \ud800 surrogate', 'lone  surrogate'],
    ['vari\ufe0fation', 'variation'],
    ['nul\u0000 bell\u0007', 'nul bell'],
    ['![see](https://evil.example/x) and [a](b)', '![see] (https://evil.example/x) and [a] (b)'],
  ])('makes %j harmless', (given, expected) => {
    expect(quoteUntrusted(given)).toBe(expected);
  });

  it('keeps one line of bounded length, whatever comes, in linear time', () => {
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

describe('the logger', () => {
  const lines: string[] = [];
  const logger = createLogger({
    level: 'info',
    write: (line) => void lines.push(line),
    now: () => 0,
    secrets: () => ['p8e-secret/value', 'p8e-"quoted\\"'],
  });

  it('writes one JSON line each, and nothing secret in any of its forms', () => {
    logger.info('event', {
      clientSecret: 'anything',
      url: 'https://storage.example/p.jpg?X-Amz-Signature=abc&x=1',
      text: `raw p8e-secret/value, encoded ${encodeURIComponent('p8e-secret/value')}`,
      base64: Buffer.from('p8e-secret/value').toString('base64'),
      quoted: 'in JSON p8e-"quoted\\"',
      error: new Error('failed with p8e-secret/value', { cause: new TypeError('inner\nline') }),
    });
    logger.debug('not_shown');
    expect(lines).toHaveLength(1);
    const [line = ''] = lines;
    expect(line.trimEnd()).not.toContain('\n');
    expect(JSON.parse(line)).toMatchObject({ level: 'info', event: 'event', clientSecret: '[redacted]' });
    for (const secret of ['p8e-secret', 'quoted\\\\', 'X-Amz-Signature', 'anything'])
      expect(line).not.toContain(secret);
    expect(line).not.toContain(Buffer.from('p8e-secret/value').toString('base64'));
  });
});
