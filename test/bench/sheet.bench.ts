import { setTimeout as pause } from 'node:timers/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { noisy, plain } from '../images/pictures.ts';
import { TestRooms } from '../support/rooms/test-rooms.ts';
import { median } from './start-up.ts';

const SIDE = { width: 6000, height: 4000 };
const ROUNDS = 3;

/** Nine pictures of 24 megapixels on one sheet, by the tool itself: photographs, which compress less than flat colour. */
test('a sheet of nine pictures of 24 megapixels', async () => {
  await using rooms = await TestRooms.open();
  const grain = await noisy(1500, 1000).jpeg().toBuffer();
  const { default: sharp } = await import('sharp');
  const images: string[] = [];
  for (let n = 1; n <= 9; n += 1) {
    const picture =
      n % 3 === 0
        ? plain(SIDE.width, SIDE.height).png()
        : sharp(grain)
            .resize(SIDE)
            .rotate(n * 90);
    images.push(await rooms.file(`${n}.${n % 3 === 0 ? 'png' : 'jpg'}`, await picture.toBuffer()));
  }
  // Files are imported the first time.
  const imported = await timed(() => rooms.call('show_images', { images }));
  const rounds: Awaited<ReturnType<typeof timed>>[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await timed(() => rooms.call('show_images', { images })));
  const figure = (name: 'ms' | 'blockedMs' | 'rssMb') => Math.round(median(rounds.map((each) => each[name])));
  console.info(
    `sheet of nine at 24 MP: ${figure('ms')} ms (with import ${Math.round(imported.ms)} ms), ` +
      `+${figure('rssMb')} MB, event loop blocked ${figure('blockedMs')} ms at most, ${imported.bytes} bytes of base64`,
  );
  expect(imported.bytes).toBeLessThanOrEqual(100_000);
});

async function timed(work: () => ReturnType<TestRooms['call']>) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
  delay.enable();
  const begun = performance.now();
  const { pictures } = await work();
  const ms = performance.now() - begun;
  delay.disable();
  clearInterval(watch);
  await pause(1);
  const bytes = pictures[0]?.data.length ?? 0;
  return { ms, bytes, rssMb: (most - before) / 1e6, blockedMs: Math.max(0, delay.max / 1e6 - 1) };
}
