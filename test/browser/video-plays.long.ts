/** @module-tag long */
import { readFile } from 'node:fs/promises';
import { afterAll, expect, test } from 'vitest';
import { readClip } from '../../src/emulator/drawing/clip.ts';
import { SavedResult } from '../../src/render/library-schemas.ts';
import { VIDEO_SIZES } from '../../src/tools/generate/sizes.ts';
import { BROWSER, findChromium, launch } from '../support/browser/chromium.ts';
import { lacks } from '../support/lacking.ts';
import { TestRooms } from '../support/rooms/test-rooms.ts';

const found = await findChromium();
const browser = found && (await launch(found));
const page = await browser?.newPage();
afterAll(() => browser?.close());
/** Builds without the codecs of H.264 play no MP4 at all. */
const plays = await page?.evaluate(
  () => document.createElement('video').canPlayType('video/mp4; codecs="avc1.42E01E"') !== '',
);
if (plays === undefined) lacks(BROWSER);
else if (!plays) lacks('a browser that plays H.264, such as Chrome or the Chromium of a distribution');

/** What a person sees of a clip: its size, its length, and whether it moves and shows more than one colour. */
async function played(bytes: Uint8Array) {
  const source = `data:video/mp4;base64,${Buffer.from(bytes).toString('base64')}`;
  return (page ?? expect.unreachable('no browser')).evaluate(async (src) => {
    const video = document.createElement('video');
    video.muted = true;
    video.src = src;
    const seen = new Promise<void>((resolve, reject) => {
      video.onerror = () => reject(new Error(video.error?.message ?? 'it does not play'));
      video.requestVideoFrameCallback(function each(_now, { mediaTime }) {
        if (mediaTime > 0) resolve();
        else video.requestVideoFrameCallback(each);
      });
    });
    await video.play();
    await seen;
    const canvas = new OffscreenCanvas(16, 16);
    const context = canvas.getContext('2d');
    context?.drawImage(video, 0, 0, 16, 16);
    const pixels = context?.getImageData(0, 0, 16, 16).data ?? new Uint8ClampedArray();
    const { videoWidth: width, videoHeight: height, duration } = video;
    video.pause();
    return { width, height, duration, colours: new Set(pixels).size };
  }, source);
}

test.skipIf(plays !== true)('a clip of each size plays in a browser', async () => {
  for (const { width, height } of VIDEO_SIZES) {
    const clip = await readClip({ width, height } as Parameters<typeof readClip>[0]);
    const { duration, colours, ...size } = await played(clip);
    expect(size).toEqual({ width, height });
    expect(duration).toBeCloseTo(5, 0);
    expect(colours).toBeGreaterThan(10);
  }
});

test.skipIf(plays !== true)('a video that was made and saved is the file that a browser plays', async () => {
  await using rooms = await TestRooms.open({ settings: { preview: 'none' } });
  const size = { width: 540, height: 540 };
  rooms.adobe.media = 'video';
  rooms.pictures.push(await readClip(size as Parameters<typeof readClip>[0]));
  const made = await rooms.finished({ prompt: 'a fox runs', size: '540x540' }, rooms.caller, 'generate_video');
  expect(made.text).toContain('Made 1 video.');
  const { structured } = await rooms.call('save_image', { image: 'last', name: 'fox.mp4' });
  const [file] = SavedResult.parse(structured).saved ?? [];
  expect(await played(await readFile(file?.path ?? ''))).toMatchObject(size);
});
