import { describe, expect, test } from 'vitest';
import { createLogger, redact } from '../../src/shared/logger.ts';
import { secretForms } from '../../src/shared/text/secret-forms.ts';
import { cpuMs } from '../support/work.ts';

describe('the logger', () => {
  const lines: string[] = [];
  const logger = createLogger({
    level: 'info',
    write: (line) => void lines.push(line),
    now: () => 0,
    secrets: () => secretForms(['p8e-secret/value', 'p8e-"quoted\\"']),
  });

  test('writes one line of JSON for each event, without secrets in any encoding', () => {
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

describe('a text of megabytes', () => {
  const secret = 'p8e-long-secret-of-some-client';
  const lines: string[] = [];
  const logger = createLogger({
    level: 'info',
    write: (line) => void lines.push(line),
    now: () => 0,
    secrets: () => [secret],
  });

  test('is cut in the log, with its length, wherever it is', () => {
    logger.warn('event', { text: 'x'.repeat(1_000_000), error: new Error('y'.repeat(5_000)) });
    const [line = ''] = lines.splice(0);
    expect(line.length).toBeLessThan(10_000);
    expect(JSON.parse(line)).toMatchObject({
      text: `${'x'.repeat(4_000)}… (1000000 characters)`,
      error: { message: `${'y'.repeat(4_000)}… (5000 characters)` },
    });
  });

  test('has no part of a secret in the log, wherever it is cut', () => {
    for (let before = 3_900; before < 8_100; before += 1) {
      logger.warn('event', { text: `${'-'.repeat(before)}${secret}${' '.repeat(9_000)}` });
    }
    expect(lines.splice(0).filter((line) => line.includes('p8e-'))).toEqual([]);
  });
});

describe('a text with the form of a secret', () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'RS256' })}.${part({ sub: 'another account', aud: 'ims' })}.c2lnbmF0dXJlLW9mLWl0`;

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
  ])('is redacted: %j', (text, expected) => {
    expect(redact(text, [])).toBe(expected);
  });

  test('is redacted in the log, also after a line break', () => {
    const lines: string[] = [];
    const logger = createLogger({ level: 'info', write: (line) => void lines.push(line), now: () => 0 });
    logger.info('event', { text: `echo:\n${signed}`, error: new Error(`Bearer\n${signed}`) });
    expect(lines.join('')).not.toContain(signed.slice(0, 20));
  });

  test.each(['eyJaaaaaaaa', 'eyJaaaaaaaa.', 'bearer ', 'bearer', 'sig=', 'https://', 'https://a?', ' ', 'p8e-'])(
    'is searched for in linear time: %j',
    async (piece) => {
      const text = piece.repeat(1_000_000 / piece.length);
      expect(await cpuMs(() => redact(text, []))).toBeLessThan(1_000);
    },
  );
});
