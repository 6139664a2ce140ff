import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../../../src/emulator/index.ts';
import { SavedResult } from '../../../src/render/library-schemas.ts';
import { JobResult } from '../../../src/render/schemas.ts';
import { lacks } from '../../support/lacking.ts';
import { TestInstallation, type Connected, type Told } from '../../support/program/test-installation.ts';
import { haltedProcess, haltedAtWork, isThere, TELLS_PROCESSES } from '../../support/program/worker-processes.ts';
import { incoming, wall, WALL } from './wall.ts';

const HOLE = { x: 2_000, y: 1_500, width: 900, height: 700 };
const CALL = {
  image: 'wall.png',
  prompt: 'a lamp',
  mask_shapes: [{ shape: 'rectangle', unit: 'pixels', ...HOLE }],
  wait_seconds: 60,
};

let picture: Buffer;
beforeAll(async () => {
  picture = await wall().png({ compressionLevel: 1 }).toBuffer();
});

let installation: TestInstallation;
let adobe: Emulator;
beforeEach(async () => {
  installation = await TestInstallation.create();
  adobe = await installation.emulator({ latencyMs: 50 });
  await writeFile(join(installation.folder, 'wall.png'), picture);
});
afterEach(() => installation.end());

const startServer = () =>
  installation.client(installation.environment(adobe, { FIREFLY_RPM: '600', FIREFLY_PREVIEW: 'none' }));

/** That the picture of an answer is the wall with something else in its hole, and no other pixel differs. */
async function expectOnlyTheHole(told: Told, server: Connected): Promise<void> {
  const { state, images = [] } = JobResult.parse(told.facts);
  expect(state, told.text).toBe('succeeded');
  const [made = expect.unreachable()] = images;
  expect(made).toMatchObject({ ...WALL, edit: { kept: 'exact' } });
  const saved = SavedResult.parse((await server.call('save_image', { image: made.image })).facts);
  const pixels = (bytes: Buffer) => sharp(bytes).raw().toBuffer();
  const result = await pixels(readFileSync(saved.saved?.[0]?.path ?? ''));
  const source = await pixels(picture);
  expect(result.length).toBe(source.length);
  const margin = made.edit?.transition ?? 0;
  const row = WALL.width * 3;
  const [from, to] = [(HOLE.x - margin) * 3, (HOLE.x + HOLE.width + margin) * 3];
  let inside = 0;
  for (let y = 0; y < WALL.height; y++) {
    const equal = (begin: number, end: number) =>
      source.compare(result, y * row + begin, y * row + end, y * row + begin, y * row + end) === 0;
    if (equal(0, row)) continue;
    inside += 1;
    const isBeside = y >= HOLE.y - margin && y < HOLE.y + HOLE.height + margin;
    if (!isBeside || !equal(0, from) || !equal(to, row)) expect.unreachable(`row ${y} differs outside of the hole`);
  }
  expect(inside).toBeGreaterThanOrEqual(HOLE.height);
}

if (!TELLS_PROCESSES) lacks('a system that tells of processes in /proc, such as Linux');

describe.skipIf(!TELLS_PROCESSES)('a very large picture', { tags: 'long' }, () => {
  test('is made in a process that ends with it: only what the mask opens differs, and nothing stays', async () => {
    const server = await startServer();
    const filling = server.call('fill_image', CALL);
    const pid = await haltedProcess(server.pid);
    expect(incoming(installation)).toEqual([expect.stringMatching(/^firefly-order-/)]);
    process.kill(pid, 'SIGCONT');
    await expectOnlyTheHole(await filling, server);
    expect(isThere(pid)).toBe(false);
    expect(incoming(installation)).toEqual([]);
    expect(server.log.join('')).not.toContain('composite_in_server');
  });

  test('whose process is killed is shown as Adobe painted it; job_status makes it, and nothing is paid again', async () => {
    const server = await startServer();
    const filling = server.call('fill_image', CALL);
    const pid = await haltedProcess(server.pid);
    // Before it has its order, it would not be missed: a thread would make the picture.
    await haltedAtWork(pid);
    process.kill(pid, 'SIGKILL');
    const painted = await filling;
    expect(painted.text).toContain('The process that makes it ended early (SIGKILL)');
    expect(JobResult.parse(painted.facts).images?.[0]?.edit).toBeUndefined();
    expect(incoming(installation)).toEqual([]);
    const { job } = JobResult.parse(painted.facts);
    await expectOnlyTheHole(await server.call('job_status', { job }), server);
    expect(adobe.control.submits()).toHaveLength(1);
  });

  test.each(['SIGKILL', 'SIGINT'] as const)(
    'whose server ends by %s leaves neither process nor file; the next server makes it, and pays nothing again',
    async (signal) => {
      const server = await startServer();
      const filling = server.call('fill_image', CALL).catch(() => undefined);
      const pid = await haltedProcess(server.pid);
      process.kill(server.pid, signal);
      // By itself it notices the end of its server only when it goes on; a server that has time ends it before.
      if (signal === 'SIGKILL') {
        await expect.poll(() => isThere(server.pid)).toBe(false);
        process.kill(pid, 'SIGCONT');
      }
      await expect.poll(() => isThere(pid)).toBe(false);
      await expect.poll(() => isThere(server.pid)).toBe(false);
      expect(incoming(installation)).toEqual([]);
      await filling;
      const next = await startServer();
      await expectOnlyTheHole(await next.call('fill_image', CALL), next);
      expect(adobe.control.submits()).toHaveLength(1);
    },
  );
});
