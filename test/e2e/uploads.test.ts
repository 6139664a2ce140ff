import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startEmulator, type Emulator } from '../../src/emulator/index.ts';
import { TestInstallation, type Connected } from '../support/program/test-installation.ts';
import { canary } from '../support/canaries.ts';

let stage: TestInstallation;
let adobe: Emulator;
let server: Connected;
beforeAll(async () => {
  stage = await TestInstallation.create();
  adobe = await startEmulator({ clientSecret: canary('secret'), latencyMs: 200 });
  stage.onEnd(() => adobe.close());
  await copyFile(join(import.meta.dirname, '..', '..', 'examples', 'product.png'), join(stage.folder, 'product.png'));
  server = await stage.client(stage.environment(adobe, { FIREFLY_RPM: '60' }));
});
afterEach(() => adobe.control.reset());
afterAll(() => stage.end());

const expanded = (width: number) => server.call('expand_image', { image: 'product.png', size: `${width}x800` });

test('one file in five calls is uploaded once, and once more after Adobe has forgotten it', async () => {
  const five = await Promise.all([900, 910, 920, 930, 940].map(expanded));
  expect(five.map(({ isError }) => isError)).toEqual([false, false, false, false, false]);
  expect(adobe.control.uploads()).toHaveLength(1);
  adobe.control.expireUploads();
  const again = await expanded(950);
  expect(again).toMatchObject({ isError: false, facts: { state: 'succeeded' } });
  expect(adobe.control.requests('upload')).toHaveLength(2);
  // The refused attempt and the one with the fresh upload, each with a permit of its own.
  expect(adobe.control.submits().map(({ status }) => status)).toEqual([202, 202, 202, 202, 202, 422, 202]);
});

test('pictures on hosts that Adobe does not read from, and files elsewhere, cost nothing', async () => {
  const refused = [
    ['https://example.com/cat.png', 'url_not_allowed'],
    ['/etc/passwd', 'outside_roots'],
    ['../../etc/passwd', 'outside_roots'],
    ['img_00000000000000000000000000', 'unknown_image'],
    ['data:image/svg+xml;base64,PHN2Zy8+', 'not_a_picture'],
  ] as const;
  for (const [image, code] of refused) {
    const told = await server.call('expand_image', { image, size: '900x800' });
    expect([image, told.isError, told.facts['error']]).toMatchObject([image, true, { code }]);
  }
  expect(adobe.control.requests()).toEqual([]);
});
