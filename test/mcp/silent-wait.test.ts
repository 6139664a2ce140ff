import { describe, expect, test } from 'vitest';
import { Client } from '@modelcontextprotocol/client';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { invoke } from '../../src/mcp/calls/invoke.ts';
import { noProgress } from '../../src/mcp/calls/progress.ts';
import { overhearClient } from '../support/artefacts.ts';
import { TestRooms } from '../support/rooms/test-rooms.ts';
import { serveTestTools, TOKEN } from './fixture/http.ts';
import { facts } from './fixture/tools.ts';
import { defineTool } from '../../src/tools/definition/define.ts';
import { z } from 'zod';

/** Says how long it may wait. */
const allowance = defineTool({
  ...facts,
  name: 'echo',
  input: z.object({}),
  output: undefined,
  handler: async (_input, { answerBy, clock }) => ({
    text: answerBy === undefined ? 'no limit' : `${Math.round((answerBy - clock.monotonic()) / 1000)} s`,
    structured: undefined,
    pictures: [],
    links: [],
    isError: false,
  }),
});

describe('a call without a progress token', () => {
  test.each(['legacy', { pin: '2026-07-28' }] as const)(
    'has 50 s to answer, another one has no limit (%j)',
    async (mode) => {
      const serving = await serveTestTools({ loadTools: async () => [allowance] });
      const transport = new StreamableHTTPClientTransport(new URL(serving.url), {
        requestInit: { headers: { Authorization: `Bearer ${TOKEN}` } },
      });
      const client = new Client({ name: 'sdk', version: '1' }, { versionNegotiation: { mode } });
      await client.connect(transport);
      overhearClient(transport);
      const said = async (options = {}) => (await client.callTool({ name: 'echo', arguments: {} }, options)).content;
      expect(await said()).toMatchObject([{ text: '50 s' }]);
      expect(await said({ onprogress: () => undefined })).toMatchObject([{ text: 'no limit' }]);
      await client.close();
      await serving.close({ graceMs: 0 });
    },
  );

  test.each([
    ['generate_image', 600],
    ['job_status', 120],
  ])('of %s that asks for %i s answers after 50 s with the running job, and says why', async (tool, seconds) => {
    await using rooms = await TestRooms.open();
    rooms.adobe.durationMs = 30 * 60_000;
    const started = await rooms.call('generate_image', { prompt: 'slow', wait_seconds: 0 });
    const input = tool === 'job_status' ? { job: started.structured?.['job'] } : { prompt: 'slow too' };
    const begin = rooms.clock.monotonic();
    const rendered = await rooms.clock.run(
      invoke(rooms.serving(), {
        name: tool,
        input: { ...input, wait_seconds: seconds },
        caller: rooms.caller,
        signals: [],
        progress: noProgress,
        answerBy: begin + 50_000,
      }),
    );
    const waited = rooms.clock.monotonic() - begin;
    expect(waited).toBeGreaterThan(45_000);
    expect(waited).toBeLessThan(52_000);
    expect(rendered.isError).toBe(false);
    expect(rendered.text).toContain('No wait is longer than 50 s where the client gives no progress token');
    expect(rendered.structured).toMatchObject({
      state: 'running',
      warnings: [expect.stringContaining('call job_status again')],
    });
  });

  test('that has waited as long as it asked for says nothing of the limit', async () => {
    await using rooms = await TestRooms.open();
    rooms.adobe.durationMs = 30 * 60_000;
    const invocation = {
      name: 'generate_image',
      input: { prompt: 'x', wait_seconds: 5 },
      caller: rooms.caller,
      signals: [],
    };
    const answerBy = rooms.clock.monotonic() + 50_000;
    const { text } = await rooms.clock.run(invoke(rooms.serving(), { ...invocation, progress: noProgress, answerBy }));
    expect(text).not.toContain('50 s');
  });
});
