import { afterAll, beforeAll, expect, test } from 'vitest';
import { Signer } from '../../../src/mcp/http/signing/signer.ts';
import { newId } from '../../../src/shared/ids.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { ANNA, TestRooms } from '../../support/rooms/test-rooms.ts';
import { SharedServer } from './shared-server.ts';

/* Ids and signatures cannot be guessed: a million guesses of each kind. GUESSES bounds it. */

const GUESSES = Number(process.env['GUESSES'] ?? 1_000_000);
const OVER_HTTP = Math.min(20_000, GUESSES);
const HOUR_MS = 3_600_000;

let server: SharedServer;
beforeAll(async () => {
  server = await SharedServer.open();
});
afterAll(() => server.end());

test('ids have at least 122 random bits, evenly spread', () => {
  const [letters, places] = [32, 26];
  expect(places * Math.log2(letters)).toBeGreaterThanOrEqual(122);
  const counts = new Map<string, number>();
  const ids = new Set<string>();
  for (let i = 0; i < 100_000; i += 1) {
    const id = newId('img', systemRandom).slice('img_'.length);
    ids.add(id);
    for (const letter of id) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  expect(ids.size).toBe(100_000);
  expect(counts.size).toBe(letters);
  const usual = (100_000 * places) / letters;
  const chi = [...counts.values()].reduce((sum, count) => sum + (count - usual) ** 2 / usual, 0);
  // 31 degrees of freedom: above this by chance once in a million.
  expect(chi).toBeLessThan(82);
});

test(
  'a million guesses of pictures and jobs find none',
  async () => {
    await using rooms = await TestRooms.open();
    await rooms.finished({ prompt: 'a fox', count: 4 });
    const { images, jobs } = await rooms.services();
    let hits = 0;
    const hit = () => (hits += 1);
    const miss = () => undefined;
    const started = performance.now();
    for (let i = 0; i < GUESSES; i += 2) {
      await Promise.all([
        images.get(newId('img', systemRandom), ANNA).then(hit, miss),
        jobs.get(newId('job', systemRandom), ANNA).then(hit, miss),
      ]);
    }
    const seconds = (performance.now() - started) / 1_000;
    console.log(`${GUESSES} ids: ${hits} hits, ${Math.round(GUESSES / seconds)} a second`);
    expect(hits).toBe(0);
  },
  HOUR_MS,
);

test(
  'a million guesses of a signature find none',
  () => {
    const signer = new Signer([systemRandom.bytes(32)]);
    const image = newId('img', systemRandom);
    const [subject, expiry] = signer.sign('picture', image, Date.now() + 60_000).split('.');
    let hits = 0;
    const started = performance.now();
    for (let i = 0; i < GUESSES; i += 1) {
      const guess = Buffer.from(systemRandom.bytes(16)).toString('base64url');
      if (signer.check('picture', `${subject}.${expiry}.${guess}`, Date.now()).kind !== 'invalid') hits += 1;
    }
    const seconds = (performance.now() - started) / 1_000;
    console.log(`${GUESSES} signatures: ${hits} hits, ${Math.round(GUESSES / seconds)} a second`);
    expect(hits).toBe(0);
  },
  HOUR_MS,
);

test(
  'guesses over HTTP find nothing: links, uploads, sessions and cookies',
  async () => {
    const started = performance.now();
    const secret = () => Buffer.from(systemRandom.bytes(32)).toString('base64url');
    const later = Math.ceil(Date.now() / 1_000 + 600).toString(36);
    const ways = [
      () => server.fetch(undefined, `/images/${newId('img', systemRandom)}.${later}.${secret().slice(0, 22)}/x.png`),
      () => server.fetch(undefined, `/upload/YW5uYQ.${later}.${secret().slice(0, 22)}`),
      () => server.fetch(undefined, `/studio/open/${secret()}`, { redirect: 'manual' }),
      () => server.fetch('ben', '/mcp', { method: 'DELETE', headers: { 'Mcp-Session-Id': secret() } }),
    ];
    const statuses = new Map<number, number>();
    for (let i = 0; i < OVER_HTTP; i += ways.length * 4) {
      const answers = await Promise.all([...ways, ...ways, ...ways, ...ways].map((way) => way()));
      for (const answer of answers) {
        await answer.body?.cancel();
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      }
    }
    const seconds = (performance.now() - started) / 1_000;
    console.log(`${OVER_HTTP} requests in ${seconds.toFixed(0)} s: ${JSON.stringify(Object.fromEntries(statuses))}`);
    expect([...statuses.keys()].filter((status) => status < 400)).toEqual([]);
  },
  HOUR_MS,
);
