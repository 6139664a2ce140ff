import { describe, expect, test } from 'vitest';
import { createLogger, redact } from '../../../src/shared/logger.ts';
import { secretForms } from '../../../src/shared/text/secret-forms.ts';
import { cpuMs } from '../../support/work.ts';

/** Each has characters that encodings change, at the places where forms of other secrets end. */
const SECRETS = ['p8e-Kq3+zW/9pV=xT7~m"L2$q8\\Rt&<a>ö', "tok en.with?query#and'quote](x", '$start-and-end$'];
const html = (text: string) =>
  text.replace(/[&<>"']/g, (sign) => `&${{ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' }[sign] ?? '#39'};`);
const json = (text: string) => JSON.stringify(text).slice(1, -1);
const python = (text: string) =>
  json(text).replace(/[^ -~]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
const ENCODINGS: readonly (readonly [name: string, encode: (text: string) => string])[] = [
  ['as it is', (text) => text],
  ['JSON', json],
  ['JSON in JSON', (text) => json(json(text))],
  ['JSON in JSON in JSON', (text) => json(json(json(text)))],
  ['JSON in ASCII', python],
  ['JSON with escaped slashes', (text) => json(text).replaceAll('/', '\\/')],
  ['an address', encodeURIComponent],
  ['an address in small letters', (text) => encodeURIComponent(text).replace(/%../g, (part) => part.toLowerCase())],
  ['an address twice', (text) => encodeURIComponent(encodeURIComponent(text))],
  ['a form', (text) => new URLSearchParams({ x: text }).toString().slice(2)],
  ['HTML', html],
  ['HTML twice', (text) => html(html(text))],
  ['HTML in JSON', (text) => json(html(text))],
  ['hex', (text) => Buffer.from(text).toString('hex')],
  ['hex in capitals', (text) => Buffer.from(text).toString('hex').toUpperCase()],
  ['base64', (text) => Buffer.from(text).toString('base64')],
  ['base64 in a form', (text) => encodeURIComponent(Buffer.from(text).toString('base64'))],
  ['base64url', (text) => Buffer.from(text).toString('base64url')],
];
/** Texts before a secret in base64, which move its letters. */
const BEFORE = ['u', 'u:', 'usr:', 'user:', 'user-name:'];
/** What is around a secret has a form of its own, which must not take its beginning and leave the rest. */
const AROUND = ['', 'Bearer ', 'sig=', 'https://a.example/p?x=', '{"signature":"'];

describe.each(ENCODINGS)('a secret that is echoed as %s', (_name, encode) => {
  test.each(SECRETS)('leaves nothing of %j', (secret) => {
    const forms = secretForms(SECRETS);
    for (const around of AROUND) {
      const echo = encode(secret);
      const shown = redact(`before ${around}${echo} after`, forms);
      for (let at = 0; at + 6 <= echo.length; at += 1) expect(shown).not.toContain(echo.slice(at, at + 6));
      expect(shown).toMatch(/^before .*\[redacted\].* after$/);
    }
  });

  test('is in no line of the log', () => {
    const lines: string[] = [];
    const logger = createLogger({
      level: 'info',
      write: (line) => void lines.push(line),
      now: () => 0,
      secrets: () => secretForms(SECRETS),
    });
    for (const around of AROUND) {
      for (const secret of SECRETS) {
        const echo = `${around}${encode(secret)}`;
        logger.info('event', { text: echo, list: [{ echo }], error: new Error(echo, { cause: new Error(echo) }) });
        const line = lines.pop() ?? '';
        const written = json(encode(secret));
        for (let at = 0; at + 8 <= written.length; at += 1) expect(line).not.toContain(written.slice(at, at + 8));
        expect(() => JSON.parse(line) as unknown).not.toThrow();
      }
    }
  });
});

test.each(BEFORE)('a secret in the base64 of a Basic authorization leaves nothing of itself after %j', (before) => {
  for (const secret of SECRETS) {
    const echo = Buffer.from(`${before}${secret}`).toString('base64');
    for (const coded of [echo, Buffer.from(`${before}${secret}:`).toString('base64url'), encodeURIComponent(echo)]) {
      const [name = '', rest = ''] = redact(coded, secretForms(SECRETS)).split('[redacted]');
      // A letter of base64 at either end depends on what is beside the secret too.
      expect(name.length).toBeLessThanOrEqual(Math.ceil((before.length * 4) / 3) + 1);
      expect(decodeURIComponent(rest)).toMatch(/^.{0,3}$/);
    }
  }
});

test('one secret that is the beginning of another leaves nothing of it', () => {
  expect(redact('x secret-one-and-two y', secretForms(['secret-one', 'secret-one-and-two']))).toBe('x [redacted] y');
});

test('words, ids and numbers stay, and what is short', () => {
  const text = 'job_1 of "abc" & 100 % \\ + / = of user@example.com failed; 0.5 (3).';
  expect(redact(text, secretForms(['abc', 'def', '$start-and-end$']))).toBe(text);
});

test.each(['\\', '%25', '&amp;', 'cDhl', '$start-', '$', '&#x24;', ' '])(
  'secrets are searched for in linear time: %j',
  async (piece) => {
    const text = piece.repeat(1_000_000 / piece.length);
    const forms = secretForms(SECRETS);
    redact('made once', forms);
    expect(await cpuMs(() => redact(text, forms))).toBeLessThan(1_000);
  },
);
