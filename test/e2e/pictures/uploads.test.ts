import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../architecture/source-files.ts';
import type { Emulator } from '../../../src/emulator/index.ts';
import { TestInstallation, type Connected } from '../../support/program/test-installation.ts';
import { drawFlat } from '../../support/doubles/flat-pictures.ts';

let installation: TestInstallation;
let adobe: Emulator;
let server: Connected;
beforeAll(async () => {
  installation = await TestInstallation.create();
  adobe = await installation.emulator({ draw: drawFlat, latencyMs: 200 });
  await copyFile(join(ROOT, 'examples', 'product.png'), join(installation.folder, 'product.png'));
  server = await installation.client(installation.environment(adobe, { FIREFLY_RPM: '60' }));
});
afterEach(() => adobe.control.reset());
afterAll(() => installation.end());

const expanded = (width: number) => server.call('expand_image', { image: 'product.png', size: `${width}x800` });

test(
  'a file that five calls use is uploaded once, and again after its upload id has expired',
  { tags: 'long' },
  async () => {
    const five = await Promise.all([900, 910, 920, 930, 940].map(expanded));
    expect(five.map(({ isError }) => isError)).toEqual([false, false, false, false, false]);
    expect(adobe.control.uploads()).toHaveLength(1);
    adobe.control.expireUploads();
    const again = await expanded(950);
    expect(again).toMatchObject({ isError: false, facts: { state: 'succeeded' } });
    expect(adobe.control.requests('upload')).toHaveLength(2);
    // The refused attempt, and the one with the new upload: both have a permit.
    expect(adobe.control.submits().map(({ status }) => status)).toEqual([202, 202, 202, 202, 202, 422, 202]);
  },
);

test(
  'a picture on a host that Adobe does not read from, or in a file outside of the roots, is refused at no cost',
  { tags: 'long' },
  async () => {
    const refused = [
      ['https://example.com/cat.png', 'url_not_allowed'],
      ['/etc/passwd', 'outside_roots'],
      ['../../etc/passwd', 'outside_roots'],
      ['img_00000000000000000000000000', 'unknown_image'],
      ['data:image/svg+xml;base64,PHN2Zy8+', 'not_a_picture'],
    ] as const;
    for (const [image, code] of refused) {
      const result = await server.call('expand_image', { image, size: '900x800' });
      expect([image, result.isError, result.facts['error']]).toMatchObject([image, true, { code }]);
    }
    expect(adobe.control.requests()).toEqual([]);
  },
);
