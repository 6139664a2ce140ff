import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLogger, redact } from '../../src/shared/logger.ts';
import { quoteUntrusted } from '../../src/shared/text.ts';

describe('quoteUntrusted', () => {
  test.each([
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

  test('keeps one line of bounded length, whatever comes, in linear time', () => {
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

  test('writes one JSON line each, and nothing secret in any of its forms', () => {
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

describe('what looks like a secret', () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'RS256' })}.${part({ sub: 'somebody else', aud: 'ims' })}.c2lnbmF0dXJlLW9mLWl0`;

  test.each([
    [`token ${signed} is not valid`, 'token [redacted] is not valid'],
    [`{"access_token":"${signed}","x":1}`, '{"access_token":"[redacted]","x":1}'],
    [`cut ${signed.slice(0, -30)}`, 'cut [redacted]'],
    ['Authorization: Bearer abc123.def~4', 'Authorization: Bearer [redacted]'],
    ['bearer%20aB3-dE5_fG7', 'bearer [redacted]'],
    ['secret p8e-AbCd1234_5678', 'secret [redacted]'],
    [
      'X-Amz-Credential=AKIA%2F1&X-Amz-Signature=00ff&x=1',
      'X-Amz-Credential=[redacted]&X-Amz-Signature=[redacted]&x=1',
    ],
    ['sr=b&sig=a%2Fb%3D', 'sr=b&sig=[redacted]'],
    ['https://a.example/p?sig=x and https://b.example/q', 'https://a.example/p?[redacted] and https://b.example/q'],
    [
      'The Bearer token is missing. Bearer authentication failed.',
      'The Bearer token is missing. Bearer authentication failed.',
    ],
    ['eyJub3QiOiJhIHRva2VuIn0', 'eyJub3QiOiJhIHRva2VuIn0'],
  ])('is taken out of %j', (text, expected) => {
    expect(redact(text, [])).toBe(expected);
  });

  test('is taken out of the log as well, also behind a line break', () => {
    const lines: string[] = [];
    const logger = createLogger({ level: 'info', write: (line) => void lines.push(line), now: () => 0 });
    logger.info('event', { text: `echo:\n${signed}`, error: new Error(`Bearer\n${signed}`) });
    expect(lines.join('')).not.toContain(signed.slice(0, 20));
  });

  test.each(['eyJaaaaaaaa', 'eyJaaaaaaaa.', 'bearer ', 'bearer', 'sig=', 'https://', 'https://a?', ' ', 'p8e-'])(
    'is looked for in linear time: %j',
    (piece) => {
      const text = piece.repeat(1_000_000 / piece.length);
      const start = performance.now();
      redact(text, []);
      expect(performance.now() - start).toBeLessThan(1_000);
    },
  );
});
