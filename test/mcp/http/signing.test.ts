import { expect, test } from 'vitest';
import { requestedRange } from '../../../src/mcp/http/signing/byte-range.ts';
import { signedAddresses } from '../../../src/mcp/http/signing/signed-addresses.ts';
import { Signer } from '../../../src/mcp/http/signing/signer.ts';

const [OLD, NEW, OTHER] = [1, 2, 3].map((byte) => Buffer.alloc(32, byte)) as [Buffer, Buffer, Buffer];
const NOW = 1_800_000_000_000;

test('a token counts until it expires, and for its own purpose only', () => {
  const signer = new Signer([NEW]);
  const token = signer.sign('picture', 'img_1', NOW + 60_000);
  expect(signer.check('picture', token, NOW + 59_999)).toMatchObject({ kind: 'valid', subject: 'img_1' });
  expect(signer.check('picture', token, NOW + 61_000)).toEqual({ kind: 'expired' });
  expect(signer.check('upload', token, NOW)).toEqual({ kind: 'invalid' });
});

test('a replaced key is accepted as long as it is in the list, and signs nothing any more', () => {
  const token = new Signer([OLD]).sign('cookie', 'a', NOW + 1000);
  expect(new Signer([NEW, OLD]).check('cookie', token, NOW).kind).toBe('valid');
  expect(new Signer([NEW]).check('cookie', token, NOW)).toEqual({ kind: 'invalid' });
  expect(new Signer([OLD]).check('cookie', new Signer([NEW, OLD]).sign('cookie', 'a', NOW + 1000), NOW).kind).toBe(
    'invalid',
  );
  expect(new Signer([OTHER]).check('cookie', token, NOW).kind).toBe('invalid');
});

test('links that are made within a quarter of an hour are equal, so that browsers need not load a picture twice', () => {
  const signer = new Signer([NEW]);
  const at = (now: number) =>
    signedAddresses('ada', { origin: 'https://firefly.example', signer, now: () => now }).picture('img_1', 'png');
  const quarter = 900_000;
  const start = Math.ceil(NOW / quarter) * quarter + 1;
  expect(at(start)).toBe(at(start + quarter - 2));
  expect(at(start)).not.toBe(at(start + quarter));
  const token = /images\/([^/]+)/.exec(at(start))?.[1] ?? '';
  expect(signer.check('picture', token, start + 3_599_000).kind).toBe('valid');
  expect(signer.check('picture', token, start + 2 * 3_600_000).kind).toBe('expired');
});

test.each([
  ['bytes=0-', { from: 0, to: 100 }],
  ['Bytes=0-', { from: 0, to: 100 }],
  ['bytes=0-999', { from: 0, to: 100 }],
  ['bytes=-200', { from: 0, to: 100 }],
  ['bytes=99-99', { from: 99, to: 100 }],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=5-4', 'whole'],
  ['bytes=0-1,5-6', 'whole'],
  ['lines=0-1', 'whole'],
  ['bytes=-', 'whole'],
  [undefined, 'whole'],
] as const)('the range %s of 100 bytes is %j', (header, range) => {
  expect(requestedRange(header, 100)).toEqual(range);
});
