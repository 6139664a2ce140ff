import { describe, expect, test } from 'vitest';
import { Problem } from '../../../src/shared/errors.ts';
import type { PaidTool } from '../../../src/tools/definition/define.ts';
import { awaitJob } from '../../../src/tools/definition/await-job.ts';
import { paidTools } from '../../../src/tools/registry.ts';
import { type TestRooms as Rooms, TestRooms } from '../../support/rooms/test-rooms.ts';
import { paidInput } from '../paid-inputs.ts';

async function startOf(tool: PaidTool, rooms: Rooms, more: object = {}) {
  const input = await paidInput(tool.name, rooms);
  return rooms.clock.run(tool.parse({ ...input, ...more }).start(rooms.toolCall()));
}

describe('starting a paid job apart from waiting for it', () => {
  test.each(paidTools.map((tool) => [tool.name, tool] as const))(
    '%s records its job and waits for nothing',
    async (_, tool) => {
      await using rooms = await TestRooms.open();
      rooms.adobe.durationMs = 120_000;
      const { job, attached } = await startOf(tool, rooms);
      expect(attached).toBe(false);
      expect(job).toMatchObject({ tool: tool.name, state: 'queued', images: [] });
      expect(rooms.progress).toEqual([]);
      expect((await startOf(tool, rooms)).job.id).toBe(job.id);
    },
  );

  test('a job that was started earlier can be waited for and shown', async () => {
    await using rooms = await TestRooms.open();
    const [tool = expect.unreachable()] = paidTools;
    const { job } = await startOf(tool, rooms);
    const how = { purpose: 'make', waitSeconds: 60 } as const;
    const shown = await rooms.clock.run(awaitJob(job, await rooms.services(), rooms.toolCall(), how));
    expect(shown.structured).toMatchObject({ job: job.id, state: 'succeeded', images: [{}] });
  });

  test('an identical start says that it is attached, and a new one with new_job is not', async () => {
    await using rooms = await TestRooms.open();
    rooms.adobe.durationMs = 120_000;
    const [tool = expect.unreachable()] = paidTools;
    const first = await startOf(tool, rooms);
    const again = await startOf(tool, rooms);
    expect(again).toMatchObject({ job: { id: first.job.id }, attached: true });
    const other = await startOf(tool, rooms, { new_job: true });
    expect(other.attached).toBe(false);
    expect(other.job.id).not.toBe(first.job.id);
  });

  test('asks for consent first, and records nothing without it', async () => {
    await using rooms = await TestRooms.open({ settings: { confirmOver: 0 } });
    const [tool = expect.unreachable()] = paidTools;
    await expect(startOf(tool, rooms)).rejects.toMatchObject({ code: 'confirmation_required' });
    const { jobs } = await rooms.services();
    expect(await jobs.list({ limit: 1 }, rooms.toolCall().caller)).toEqual([]);
  });

  test('an identical start attaches to the job also while no token can be had, and a different one is refused', async () => {
    await using rooms = await TestRooms.open();
    rooms.adobe.durationMs = 120_000;
    const [tool = expect.unreachable()] = paidTools;
    const first = await startOf(tool, rooms);
    const unreachable = new Problem('adobe_unreachable', 'Adobe cannot be reached.', { next: 'Try again later.' });
    rooms.adobe.prepareScript.push(unreachable, unreachable);
    expect(await startOf(tool, rooms)).toMatchObject({ job: { id: first.job.id }, attached: true });
    await expect(startOf(tool, rooms, { new_job: true })).rejects.toMatchObject({ code: 'adobe_unreachable' });
  });
});
