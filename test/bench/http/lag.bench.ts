import { afterAll, beforeAll, test } from 'vitest';
import { Pool } from 'undici';
import { median } from '../start-up.ts';
import { BenchInstallation } from './installation.ts';
import { send, toolCall } from './load.ts';

const JOBS = Number(process.env['JOBS'] ?? 30);
const AT_ONCE = 6;
const SHORTEST_MS = 2_000;
const LONGEST_MS = 12_000;

let place: BenchInstallation;
beforeAll(async () => {
  place = await BenchInstallation.create();
});
afterAll(() => place.end());

test('lag from the end of a job to the answer', async () => {
  const { port, token } = await place.product('lag');
  const { control } = place.emulator;
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: AT_ONCE });
  const durations = Array.from(
    { length: JOBS },
    (_, n) => SHORTEST_MS + ((n * 7) % 11) * ((LONGEST_MS - SHORTEST_MS) / 10),
  );
  const answered = new Map<string, number>();
  let next = 0;
  const lane = async () => {
    for (let n = (next += 1) - 1; n < JOBS; n = (next += 1) - 1) {
      const prompt = `chair number ${n}`;
      // Durations count from the submit, and submits of different lanes may swap theirs: each job says its own.
      control.setLatency(durations[n] ?? SHORTEST_MS);
      await send(pool, toolCall(port, token, 'generate_image', { prompt }));
      answered.set(prompt, Date.now());
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  await pool.close();
  const jobs = control.jobs();
  const lags = jobs.map(({ prompt, createdAt, durationMs }) => (answered.get(prompt) ?? NaN) - createdAt - durationMs);
  const polls = control.requests('status');
  const seen = jobs.map(({ jobId, createdAt, durationMs }) => {
    const last = polls.findLast((poll) => poll.jobId === jobId);
    return (last?.headAt ?? NaN) - createdAt - durationMs;
  });
  const seconds = jobs.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
  const meanOf = (values: readonly number[]) =>
    (values.reduce((sum, value) => sum + value, 0) / values.length / 1000).toFixed(2);
  const p95 = lags.toSorted((a, b) => a - b)[Math.floor(lags.length * 0.95)] ?? NaN;
  console.log(
    `\n${JOBS} jobs of 2 to 12 s, ${AT_ONCE} at once. From Adobe's end to the answer: mean ${meanOf(lags)} s ` +
      `(goal: under 0.9), median ${(median(lags) / 1000).toFixed(2)}, 95 % within ${(p95 / 1000).toFixed(2)}; to our last question mean ${meanOf(seen)} s. ` +
      `${(polls.length / JOBS).toFixed(1)} polls a job; one a second would be ${(seconds / JOBS).toFixed(1)}`,
  );
});
