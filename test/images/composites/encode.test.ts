import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodePixels } from '../../../src/images/composites/output/encode.ts';
import { HIGH_QUALITY } from '../../../src/images/composites/output/jpeg-quality.ts';
import type { StillType } from '../../../src/images/media.ts';
import { rgb, SIZE } from './fill.ts';
import { removeFolder, temporaryFolder } from '../../support/artefacts.ts';

let folder: string;
beforeAll(() => void (folder = temporaryFolder('encode-')));
afterAll(() => removeFolder(folder));

test.each<StillType>(['image/png', 'image/jpeg'])(
  'a result of very many pixels as %s is in a file until it is read, and equal to one in memory',
  async (mimeType) => {
    const encoded = (size: { readonly width: number; readonly height: number }, place = folder) =>
      encodePixels(rgb('textured'), { mimeType, ...size, hasAlpha: false, jpeg: HIGH_QUALITY }, { folder: place });
    const small = await encoded(SIZE);
    expect(await readdir(folder)).toEqual([]);
    const vast = { width: 8_000, height: 4_001 };
    const large = await encoded(vast);
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^firefly-result-/)]);
    const bytes = await large.bytes();
    expect(await readdir(folder)).toEqual([]);
    expect(Buffer.compare(bytes, await small.bytes())).toBe(0);
    const nowhere = await encoded(vast, path.join(folder, 'nowhere'));
    expect(Buffer.compare(bytes, await nowhere.bytes())).toBe(0);
  },
);
