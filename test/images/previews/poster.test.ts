import { expect, test } from 'vitest';
import { posterOf } from '../../../src/images/previews/poster.ts';
import type { ImageRecord } from '../../../src/images/types.ts';
import { Problem } from '../../../src/shared/errors.ts';

const clip = { principal: 'anna', mimeType: 'video/mp4', facts: { firstFrame: 'img_a' } } as ImageRecord;
const found = (picture: object) => ({ get: async () => picture as ImageRecord });
const failing = (code: 'unknown_image' | 'store_unreadable') => ({
  get: async (): Promise<ImageRecord> => {
    throw new Problem(code, 'no', { next: 'n' });
  },
});

test('the poster of a video is its first frame, where that was given, still exists and is a still', async () => {
  const still = { id: 'img_a', mimeType: 'image/png' };
  expect(await posterOf(clip, found(still))).toBe(still);
  expect(await posterOf({ ...clip, facts: {} }, found(still))).toBeUndefined();
  expect(await posterOf(clip, found({ ...still, mimeType: 'video/mp4' }))).toBeUndefined();
  expect(await posterOf(clip, failing('unknown_image'))).toBeUndefined();
});

test('a store that fails is not taken for a frame that was deleted', async () => {
  await expect(posterOf(clip, failing('store_unreadable'))).rejects.toMatchObject({ code: 'store_unreadable' });
});
