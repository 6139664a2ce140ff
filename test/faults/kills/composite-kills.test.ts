import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Emulator } from '../../../src/emulator/index.ts';
import type { KillPoint } from '../../../src/jobs/engine/engine-context.ts';
import { JobResult } from '../../../src/render/schemas.ts';
import { decoded, drawn, encoder } from '../../images/composites/scenes.ts';
import { dyingAt } from '../../support/program/changed-program.ts';
import { TestInstallation } from '../../support/program/test-installation.ts';

/** From Adobe's picture stored to the composite stored (docs/jobs.md#kill-points). */
const POINTS: readonly KillPoint[] = ['picture-recorded', 'composite-made', 'composite-in-place', 'composite-recorded'];
const SIZE = { width: 420, height: 300 };
const HOLE = { x: 150, y: 100, width: 90, height: 80 };

let installation: TestInstallation;
let adobe: Emulator;
beforeEach(async () => {
  installation = await TestInstallation.create();
  adobe = await installation.emulator({ latencyMs: 50 });
});
afterEach(() => installation.end());

const environment = (extra: Record<string, string> = {}) =>
  installation.environment(adobe, { FIREFLY_RPM: '600', FIREFLY_PREVIEW: 'none', ...extra });

/** The largest difference of two pictures outside of the hole, farther than `margin` pixels from it. */
async function outside(source: Uint8Array, result: Uint8Array, margin: number): Promise<number> {
  const [one, other] = [await decoded(source), await decoded(result)];
  expect([other.width, other.height, other.channels]).toEqual([one.width, one.height, one.channels]);
  let largest = 0;
  for (let at = 0; at < one.values.length; at++) {
    const pixel = Math.floor(at / one.channels);
    const [x, y] = [pixel % one.width, Math.floor(pixel / one.width)];
    const across = Math.max(HOLE.x - x, x - HOLE.x - HOLE.width + 1);
    const away = Math.max(across, HOLE.y - y, y - HOLE.y - HOLE.height + 1);
    if (away > margin) largest = Math.max(largest, Math.abs((one.values[at] ?? 0) - (other.values[at] ?? 0)));
  }
  return largest;
}

test.each(POINTS)(
  'a server that is killed at %s: the next one makes the composites, pays nothing again, and writes the files',
  { tags: 'long', timeout: 240_000 },
  async (point) => {
    const source = await encoder(drawn('textured', SIZE.width, SIZE.height))
      .png()
      .toBuffer();
    await writeFile(join(installation.folder, 'room.png'), source);
    const doomed = installation.pipe(environment(dyingAt(point)));
    const died = once(doomed.child, 'exit');
    const arguments_ = {
      image: 'room.png',
      prompt: 'a lamp',
      mask_shapes: [{ shape: 'rectangle', unit: 'pixels', ...HOLE }],
      count: 2,
      save_as: 'set/lamp.png',
      wait_seconds: 60,
    };
    const clientInfo = { name: 'kills', version: '1' };
    doomed.send({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo },
    });
    await doomed.answer(1);
    doomed.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    doomed.send({
      jsonrpc: '2.0',
      id: 2,
      method: 'tools/call',
      params: { name: 'fill_image', arguments: arguments_ },
    });
    expect(await died).toEqual([null, 'SIGKILL']);
    expect(adobe.control.submits()).toHaveLength(1);
    await expect(readdir(join(installation.folder, 'out', 'set'))).rejects.toThrow();

    const next = await installation.client(environment());
    const again = await next.call('fill_image', arguments_);
    const done = JobResult.parse(again.facts);
    expect(done, again.text).toMatchObject({ state: 'succeeded', cost: { requests: 1 } });
    expect(done.images?.map(({ edit }) => edit?.kept)).toEqual(['exact', 'exact']);
    expect(done.saved).toHaveLength(2);
    for (const [index, { path = '' }] of (done.saved ?? []).entries()) {
      const result = readFileSync(path);
      expect(await outside(source, result, done.images?.[index]?.edit?.transition ?? 0)).toBe(0);
      expect(result.equals(source)).toBe(false);
    }
    expect((await readdir(join(installation.folder, 'out', 'set'))).filter((name) => name.includes('adobe'))).toEqual(
      [],
    );
    expect(adobe.control.submits()).toHaveLength(1);
    // Each of the two pictures that Adobe painted was fetched once.
    expect(adobe.control.requests('download')).toHaveLength(2);
  },
);
