import { describe, expect, test } from 'vitest';
import { AcceptFlat } from '../../../src/firefly/contract/accept.ts';
import { SIZES_OF_VIDEOS } from '../../../src/emulator/rules/sizes.ts';
import { measure } from '../../../src/images/formats/format.ts';
import { VIDEO_SIZES } from '../../../src/tools/generate/sizes.ts';
import { openApi } from '../../contract/openapi.ts';
import { noisy } from '../../images/pictures.ts';
import { editBench } from '../editing.ts';
import { readClip } from '../../../src/emulator/drawing/clip.ts';

const VIDEO = '/v3/videos/generate';
const HEADER = { 'x-model-version': 'video1_standard' };
const ID = '3e1ea3e4-7b1b-4a8c-a1ae-2c4b6d0a0a11';
const SIZE = { width: 540, height: 960 };
const BODY = { prompt: 'a fox runs', sizes: [SIZE] };
const frame = (source: object, position = 0) => ({ image: { conditions: [{ source, placement: { position } }] } });

describe('the recordings', () => {
  test.each(VIDEO_SIZES)('of $width x $height is a video of five seconds in this size', async ({ width, height }) => {
    const bytes = await readClip({ width, height });
    expect(measure(bytes)).toMatchObject({ mimeType: 'video/mp4', width, height, durationMs: 5_000 });
  });

  test('are of all sizes that can be asked for, and have less than 1 MB together', async () => {
    const clips = await Promise.all(SIZES_OF_VIDEOS.map(([width, height]) => readClip({ width, height })));
    expect(SIZES_OF_VIDEOS.map((size) => size.join('x'))).toEqual(
      VIDEO_SIZES.map((each) => `${each.width}x${each.height}`),
    );
    expect(clips.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(1_000_000);
  });
});

describe('video', () => {
  test('is answered with 202, runs with progress, and is served as MP4', async () => {
    const adobe = await editBench({ latencyMs: 5_000 });
    const answer = await adobe.post(VIDEO, { ...BODY, seeds: [7] }, HEADER);
    expect([answer.status, openApi.answerFaults('generateVideoV3', 202, answer.json)]).toEqual([202, []]);
    const { statusUrl } = AcceptFlat.parse(answer.json);
    adobe.clock.advance(3_000);
    expect(await adobe.status(statusUrl)).toMatchObject({ status: 'running', progress: 60 });
    adobe.clock.advance(2_000);
    const { result } = await adobe.status(statusUrl);
    expect(openApi.schemaFaults('AsyncResult', result)).toEqual([]);
    expect(result).toMatchObject({ size: SIZE, outputs: [{ seed: 7 }] });
    const video = await fetch(result?.outputs?.[0]?.video?.url ?? '');
    expect(video.headers.get('content-type')).toBe('video/mp4');
    expect(measure(new Uint8Array(await video.arrayBuffer()))).toMatchObject({ ...SIZE, durationMs: 5_000 });
  });

  test('takes a first and a last frame, or the last one alone, without a prompt', async () => {
    const adobe = await editBench();
    const source = { uploadId: await adobe.upload(await noisy(64, 36).png().toBuffer()) };
    const url = { url: 'https://bucket.s3.amazonaws.com/a.png' };
    const conditions = [source, url].map((each, position) => ({ source: each, placement: { position } }));
    for (const body of [{ image: { conditions } }, frame(source, 1)]) {
      expect(await adobe.post(VIDEO, { sizes: [SIZE], ...body }, HEADER)).toMatchObject({ status: 202 });
    }
  });

  test.each<[string, object, object, number]>([
    ['no header', {}, {}, 422],
    ['another model', {}, { 'x-model-version': 'image5' }, 422],
    ['sizes as an object', { sizes: SIZE }, HEADER, 400],
    ['no size', { sizes: [] }, HEADER, 400],
    ['two sizes', { sizes: [SIZE, SIZE] }, HEADER, 400],
    ['a size that is none of the nine', { sizes: [{ width: 640, height: 360 }] }, HEADER, 400],
    ['two seeds', { seeds: [1, 2] }, HEADER, 400],
    ['neither prompt nor frame', { prompt: undefined }, HEADER, 422],
    ['a camera motion without "camera"', { videoSettings: { cameraMotion: 'pan left' } }, HEADER, 400],
    ['an angle without its underscore', { videoSettings: { shotAngle: 'eye level shot' } }, HEADER, 400],
    ['a frame beyond the end', frame({ uploadId: ID }, 2), HEADER, 400],
    ['an unknown frame', frame({ uploadId: ID }), HEADER, 422],
    ['a frame of another host', frame({ url: 'https://example.com/a.png' }), HEADER, 422],
    ['an unsafe prompt', { prompt: 'a [unsafe] fox' }, HEADER, 422],
  ])('with %s is refused as documented', async (_name, body, headers, status) => {
    const adobe = await editBench();
    const answer = await adobe.post(VIDEO, { ...BODY, ...body }, { ...headers });
    expect(answer.status, answer.text).toBe(status);
    // Refusals by content policy were seen live with codes that the document does not list.
    if (!answer.text.includes('_unsafe'))
      expect(openApi.answerFaults('generateVideoV3', status, answer.json)).toEqual([]);
    expect(adobe.emulator.control.jobs()).toEqual([]);
  });
});
