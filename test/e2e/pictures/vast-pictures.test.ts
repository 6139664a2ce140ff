import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Emulator } from '../../../src/emulator/index.ts';
import { JobResult } from '../../../src/render/schemas.ts';
import { lacks } from '../../support/lacking.ts';
import { TestInstallation } from '../../support/program/test-installation.ts';
import { haltedAtWork, haltedProcess, isThere, TELLS_PROCESSES } from '../../support/program/worker-processes.ts';
import { incoming, wall } from './wall.ts';

const PART = { shape: 'rectangle', x: 30, y: 30, width: 20, height: 20 };
const FILL = { image: 'wall.jpg', prompt: 'a lamp', mask_shapes: [PART], wait_seconds: 60 };

let picture: Buffer;
beforeAll(async () => {
  picture = await wall().jpeg().toBuffer();
});

let installation: TestInstallation;
let adobe: Emulator;
beforeEach(async () => {
  installation = await TestInstallation.create();
  adobe = await installation.emulator({ latencyMs: 50 });
  await writeFile(join(installation.folder, 'wall.jpg'), picture);
});
afterEach(() => installation.end());

const startServer = () =>
  installation.client(installation.environment(adobe, { FIREFLY_RPM: '600', FIREFLY_PREVIEW: 'none' }));

if (!TELLS_PROCESSES) lacks('a system that tells of processes in /proc, such as Linux');

describe.skipIf(!TELLS_PROCESSES)('a very large picture', { tags: 'long' }, () => {
  test.each([
    ['is shown', 'picture-worker', 'show_images', { image: 'wall.jpg' }],
    ['has a mask drawn', 'picture-worker', 'make_mask', { image: 'wall.jpg', shapes: [PART] }],
    ['is cut for a fill', 'picture-worker', 'fill_image', FILL],
    ['is cut for an expansion', 'picture-worker', 'expand_image', { image: 'wall.jpg', inset_left: '2%' }],
    ['becomes a copy', 'picture-worker', 'generate_image', { prompt: 'x', style_image: 'wall.jpg' }],
    ['is searched', 'subject-worker', 'make_mask', { image: 'wall.jpg', fit: true, shapes: [PART] }],
  ] as const)(
    'that %s is decoded by a process; where that is killed the call says so, nothing is paid, and nothing stays',
    async (_, name, tool, input) => {
      const server = await startServer();
      const told = server.call(tool, input);
      const pid = await haltedProcess(server.pid, name);
      // Before it has its order, it would not be missed: the server would do the work.
      await haltedAtWork(pid);
      process.kill(pid, 'SIGKILL');
      const { isError, text } = await told;
      expect(text).toContain('ended early (SIGKILL)');
      expect(isError).toBe(true);
      expect(incoming(installation)).toEqual([]);
      expect(adobe.control.submits()).toHaveLength(0);
      expect(server.log.join('')).not.toContain('in_server');
      expect((await server.call('make_mask', { image: 'wall.jpg', shapes: [PART] })).isError).toBe(false);
    },
  );

  test.each([
    ['while a mask is drawn', 'picture-worker', { shapes: [PART] }],
    ['while a subject is searched', 'subject-worker', { fit: true, shapes: [PART] }],
  ] as const)('whose server is closed %s leaves neither process nor file', async (_, name, how) => {
    const server = await startServer();
    const told = server.call('make_mask', { image: 'wall.jpg', ...how }).catch(() => undefined);
    const pid = await haltedProcess(server.pid, name);
    // Halted, so that it cannot end by itself.
    process.kill(server.pid, 'SIGTERM');
    await expect.poll(() => isThere(server.pid)).toBe(false);
    expect(isThere(pid)).toBe(false);
    expect(incoming(installation)).toEqual([]);
    await told;
  });

  test('whose server is closed while job_status makes its composite leaves neither process nor file', async () => {
    const server = await startServer();
    const filling = server.call('fill_image', FILL);
    const first = await haltedProcess(server.pid);
    await haltedAtWork(first);
    process.kill(first, 'SIGKILL');
    const { job } = JobResult.parse((await filling).facts);
    const told = server.call('job_status', { job }).catch(() => undefined);
    const pid = await haltedProcess(server.pid);
    process.kill(server.pid, 'SIGTERM');
    await expect.poll(() => isThere(server.pid)).toBe(false);
    expect(isThere(pid)).toBe(false);
    expect(incoming(installation)).toEqual([]);
    await told;
    expect(adobe.control.submits()).toHaveLength(1);
  });
});
