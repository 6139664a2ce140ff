import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { UploadStore } from '../../../src/emulator/state/uploads.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { ManualClock } from '../../support/clocks/manual-clock.ts';
import { EXPAND, editBench, noise, UPLOAD } from '../editing.ts';
import { ask } from '../raw.ts';

const DAY_MS = 24 * 3_600_000;
const picture = (format: 'jpeg' | 'png' | 'webp' | 'tiff') =>
  sharp({ create: { width: 8, height: 6, channels: 3, background: 'teal' } })
    .toFormat(format)
    .toBuffer();
/** First bytes of JPEG XL, bare and in its container; sharp cannot write either. */
const JXL = [Buffer.from([0xff, 0x0a, 0, 0]), Buffer.from('\0\0\0\x0cJXL \r\n\x87\n\0\0', 'latin1')] as const;
const filled = (size: number) => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(size - 3)]);

describe('an upload', () => {
  test.each<[string, () => Promise<Buffer>]>([
    ['image/jpeg', () => picture('jpeg')],
    ['image/png', () => picture('png')],
    ['image/webp', () => picture('webp')],
    ['image/tiff', () => picture('tiff')],
    ['image/jxl', () => Promise.resolve(JXL[0])],
    ['image/jxl', () => Promise.resolve(JXL[1])],
  ])('of %s gets an id, and is stored byte for byte', async (type, make) => {
    const { post, emulator } = await editBench();
    const bytes = await make();
    const answer = await post(UPLOAD, bytes, { 'content-type': type });
    expect(answer).toMatchObject({ status: 200 });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const { images } = answer.json as { images: { id: string }[] };
    expect(images).toHaveLength(1);
    expect(images[0]?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const [kept, ...more] = emulator.control.uploads();
    expect(more).toEqual([]);
    expect(kept).toMatchObject({ id: images[0]?.id, mimeType: type, sha256, length: bytes.length });
    expect(kept?.bytes?.equals(bytes)).toBe(true);
    expect(emulator.control.requests('upload')).toMatchObject([
      { operation: 'storageImageV2', uploaded: { sha256, length: bytes.length }, body: undefined, json: undefined },
    ]);
  });

  test.each<[string, () => Promise<Buffer>, string]>([
    ['a PNG that says it is a JPEG', () => picture('png'), 'image/jpeg'],
    ['a JPEG without a content type', () => picture('jpeg'), ''],
    ['a type that is not accepted', () => picture('png'), 'image/gif'],
    ['JSON', () => Promise.resolve(Buffer.from('{}')), 'application/json'],
    ['text', () => Promise.resolve(Buffer.from('a picture of a fox')), 'image/png'],
    ['an SVG', () => Promise.resolve(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')), 'image/png'],
    ['a sound', () => Promise.resolve(Buffer.from('RIFF....WAVEfmt ')), 'image/webp'],
    ['nothing', () => Promise.resolve(Buffer.alloc(0)), 'image/png'],
  ])('of %s is 400 with the code of Adobe’s storage', async (_what, make, type) => {
    const { post, emulator } = await editBench();
    const answer = await post(UPLOAD, await make(), { 'content-type': type });
    expect(answer).toMatchObject({ status: 400, json: { error_code: '10075', message: expect.any(String) as string } });
    expect(emulator.control.uploads()).toEqual([]);
  });

  test('may have 15,000,000 bytes, and not one more', { tags: 'long' }, async () => {
    const { post, emulator } = await editBench();
    const type = { 'content-type': 'image/jpeg' };
    expect((await post(UPLOAD, filled(15_000_000), type)).status).toBe(200);
    const answer = await post(UPLOAD, filled(15_000_001), type);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([413, 'text/html']);
    // Also without an announced length.
    const body = new Blob([filled(15_000_001)]).stream();
    const url = emulator.apiOrigin + UPLOAD;
    const headers = { 'content-type': 'image/jpeg' };
    expect((await fetch(url, { method: 'POST', headers, body, duplex: 'half' } as RequestInit)).status).toBe(413);
    expect(emulator.control.uploads().map(({ bytes }) => bytes?.length)).toEqual([15_000_000]);
  });

  test('needs key, token and a scope for Firefly', async () => {
    const { emulator, auth, post } = await editBench();
    const body = await picture('png');
    const headers = { 'content-type': 'image/png' };
    const at = (more: Record<string, string>) =>
      ask(emulator.apiOrigin + UPLOAD, { method: 'POST', headers: { ...headers, ...more }, body });
    expect(await at({})).toMatchObject({ status: 403, json: { error_code: '403000' } });
    expect(await at({ ...auth, authorization: 'Bearer x' })).toMatchObject({
      status: 401,
      json: { error_code: '401013' },
    });
    const authorization = `Bearer ${emulator.control.issueToken('openid')}`;
    expect(await at({ ...auth, authorization })).toMatchObject({ status: 403, json: { error_code: '10007' } });
    expect((await post(UPLOAD, body, headers)).status).toBe(200);
  });

  test('does not count against the quota, and can meet a scripted fault', async () => {
    const { emulator, post } = await editBench({ rpm: 1 });
    const body = await picture('png');
    const send = () => post(UPLOAD, body, { 'content-type': 'image/png' });
    for (let count = 0; count < 3; count += 1) expect((await send()).status).toBe(200);
    const unsafe = { error_code: 'input_media_unsafe', message: 'The input image did not pass content policy checks.' };
    emulator.control.next({ on: 'upload', action: { kind: 'status', status: 451, body: unsafe } });
    expect(await send()).toMatchObject({ status: 451, json: unsafe });
    expect(emulator.control.uploads()).toHaveLength(3);
    emulator.control.next({ on: 'upload', action: { kind: 'cut-body' } });
    await expect(send()).rejects.toThrow();
    expect(emulator.control.uploads()).toHaveLength(4);
  });
});

describe('an upload id', () => {
  test('is valid for seven days', async () => {
    const { upload, post, clock, emulator } = await editBench();
    const body = { image: { source: { uploadId: await upload(await picture('png')) } } };
    const submit = () => post(EXPAND, body, { authorization: `Bearer ${emulator.control.issueToken()}` });
    clock.advance(7 * DAY_MS - 1);
    expect((await submit()).status).toBe(202);
    clock.advance(1);
    const lapsed = await submit();
    const { uploadId } = body.image.source;
    const message = `Unable to retrieve the source ${uploadId}`;
    expect(lapsed).toMatchObject({ status: 422, json: { error_code: 'validation_error', message } });
  });

  test('can be expired by the control API, in process and over HTTP; later ids are valid', async () => {
    const { upload, post, emulator } = await editBench();
    const submit = async (uploadId: string) => (await post(EXPAND, { image: { source: { uploadId } } })).status;
    const first = await upload(await picture('png'));
    emulator.control.expireUploads();
    const second = await upload(await picture('png'));
    expect([await submit(first), await submit(second)]).toEqual([422, 202]);
    expect((await post('/emulator/expire-uploads', {})).json).toEqual({ done: true });
    expect(await submit(second)).toBe(422);
    const listed = (await ask(`${emulator.apiOrigin}/emulator/uploads`)).json as object[];
    expect(listed).toMatchObject([{ id: first, mimeType: 'image/png' }, { id: second }]);
    expect(listed[0]).not.toHaveProperty('bytes');
    emulator.control.reset();
    expect(emulator.control.uploads()).toEqual([]);
  });

  test('is new for each upload, also of equal bytes', async () => {
    const { upload } = await editBench();
    const bytes = await picture('png');
    expect(await upload(bytes)).not.toBe(await upload(bytes));
  });

  test('can be the reference of a generation', async () => {
    const { upload, post } = await editBench();
    const uploadId = await upload(await noise(600, 600));
    const generate = { prompt: 'a', style: { imageReference: { source: { uploadId } } } };
    expect((await post('/v3/images/generate-async', generate)).status).toBe(202);
    const edit = { prompt: 'a', referenceBlobs: [{ source: { uploadId } }] };
    expect((await post('/v4/images/generate-async', edit, { 'x-model-version': 'image5' })).status).toBe(200);
  });
});

describe('uploads in memory', () => {
  test('are limited to the newest', () => {
    const book = new UploadStore({ clock: new ManualClock(), random: systemRandom, mostBytes: 100 });
    const ids = [40, 40, 40, 130].map((size) => book.add(Buffer.alloc(size), 'image/png').id);
    expect(ids.map((id) => book.find(id)?.length)).toEqual([undefined, undefined, undefined, 130]);
    const next = [60, 40].map((size) => book.add(Buffer.alloc(size), 'image/png').id);
    expect(next.map((id) => book.find(id)?.length)).toEqual([60, 40]);
    expect(book.list().map(({ bytes }) => bytes?.length)).toEqual([undefined, undefined, undefined, undefined, 60, 40]);
  });

  test('make results of evicted ones unavailable, not wrong', { tags: 'long' }, async () => {
    const { upload, post, status, emulator } = await editBench();
    const uploadId = await upload(await noise(20, 20));
    const accepted = await post(EXPAND, { image: { source: { uploadId } }, size: { width: 64, height: 64 } });
    const { statusUrl } = accepted.json as { statusUrl: string };
    const url = (await status(statusUrl)).result?.outputs?.[0]?.image?.url ?? '';
    for (let count = 0; count < 18; count += 1) await upload(filled(15_000_000), 'image/jpeg');
    const answer = await ask(url);
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('<Code>NoSuchKey</Code>');
    expect(emulator.control.uploads().at(-1)?.bytes).toBeDefined();
  });
});
