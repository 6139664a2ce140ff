import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SharedServer } from './shared-server.ts';

/** The latency that the shared server has. */
const LATENCY_MS = 50;

let server: SharedServer;
beforeAll(async () => {
  server = await SharedServer.open();
});
afterAll(() => server.end());

/** What a client was told, in its order: `list`, or the address of a resource. */
function hearing(client: Client): string[] {
  const heard: string[] = [];
  client.setNotificationHandler('notifications/resources/list_changed', () => void heard.push('list'));
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => void heard.push(params.uri));
  return heard;
}

/** Draws a picture; resolves with the address of its job. */
async function draw(client: Client, prompt: string): Promise<string> {
  const { structuredContent } = await client.callTool({
    name: 'generate_image',
    arguments: { prompt, wait_seconds: 60, new_job: true },
  });
  return `firefly://jobs/${(structuredContent as { job: string }).job}`;
}

/** Begins a picture that is not waited for. */
async function begin(client: Client, prompt: string): Promise<string> {
  const { structuredContent } = await client.callTool({
    name: 'generate_image',
    arguments: { prompt, wait_seconds: 0, new_job: true },
  });
  return `firefly://jobs/${(structuredContent as { job: string }).job}`;
}

async function cancel(client: Client, uri: string): Promise<void> {
  await client.callTool({ name: 'cancel_job', arguments: { job: uri.slice('firefly://jobs/'.length) } });
}

/** Follows the list and these addresses, in the way of the client's era. */
async function follow(client: Client, uris: string[]): Promise<() => Promise<unknown>> {
  if (client.getNegotiatedProtocolVersion() === '2026-07-28') {
    const filter = { resourcesListChanged: true, resourceSubscriptions: uris };
    const subscription = await client.listen(filter);
    return () => subscription.close();
  }
  for (const uri of uris) await client.subscribeResource({ uri });
  return () => Promise.all(uris.map((uri) => client.unsubscribeResource({ uri })));
}

const WAYS = {
  'stdio, 2026-07-28': () => server.overStdio({ pin: '2026-07-28' }),
  'stdio, 2025-11-25': () => server.overStdio('legacy'),
  'HTTP, 2026-07-28': () => server.overLocalHttp('requests'),
  'HTTP, 2025-11-25': () => server.overLocalHttp('sessions'),
};

describe.each(Object.entries(WAYS))('a client over %s', (_way, connect) => {
  test(
    'hears of a change of a job that it follows, of new jobs, and of nothing that it has not asked for',
    { tags: 'long' },
    async () => {
      const client = await connect();
      const heard = hearing(client);
      // The job must not end by itself before it is followed.
      server.emulator.control.setLatency(60_000);
      try {
        const followed = await begin(client, 'a heron');
        await follow(client, [followed, 'firefly://usage']);
        const other = await begin(client, 'a wren');
        for (const uri of [followed, other]) await cancel(client, uri);
        await expect.poll(() => heard).toEqual(expect.arrayContaining([followed, 'firefly://usage']));
        await cancel(client, await begin(client, 'a third one'));
        await expect.poll(() => heard).toContain('list');
        expect(heard).not.toContain(other);
      } finally {
        server.emulator.control.setLatency(LATENCY_MS);
      }
    },
  );
});

describe.each(['requests', 'sessions'] as const)('a client over HTTP, by %s,', (era) => {
  test('that ends its subscription hears of its contents no more', { tags: 'long' }, async () => {
    const client = await server.overLocalHttp(era);
    const heard = hearing(client);
    const end = await follow(client, ['firefly://jobs']);
    await draw(client, 'a swift');
    await expect.poll(() => heard).toContain('firefly://jobs');
    await end();
    const witness = await server.overLocalHttp(era);
    const seen = hearing(witness);
    await follow(witness, ['firefly://jobs']);
    heard.length = 0;
    await draw(witness, 'a kite');
    await expect.poll(() => seen).toContain('firefly://jobs');
    expect(heard).not.toContain('firefly://jobs');
  });
});

describe.each(['requests', 'sessions'] as const)('people over the network, by %s', (era) => {
  test('hear of their own things only: a foreign job is like one that does not exist', { tags: 'long' }, async () => {
    const [ada, ben] = [await server.overNetwork('ada', era), await server.overNetwork('ben', era)];
    const [byAda, byBen] = [hearing(ada), hearing(ben)];
    server.emulator.control.setLatency(60_000);
    const job = await begin(ada, 'a secret of Ada');
    const never = 'firefly://jobs/job_00000000000000000000';
    await follow(ada, [job]);
    await follow(ben, [job, never, 'firefly://jobs', 'firefly://images']);
    await cancel(ada, await begin(ada, 'another one'));
    await cancel(ada, job);
    await expect.poll(() => byAda).toEqual(expect.arrayContaining(['list', job]));
    server.emulator.control.setLatency(LATENCY_MS);
    expect(byBen).toEqual([]);
    const own = await draw(ben, 'a hare');
    await expect.poll(() => byBen).toEqual(expect.arrayContaining(['list', 'firefly://jobs', 'firefly://images']));
    expect(byBen).not.toContain(job);
    expect(byBen).not.toContain(never);
    expect(byAda).not.toContain(own);
  });

  test('who may not read hear of nothing', async () => {
    const client = await server.overNetwork('adaMakes', era);
    const heard = hearing(client);
    const following = follow(client, ['firefly://jobs']);
    // A subscription of 2026-07-28 is acknowledged whatever its addresses are; there is no answer to refuse it with.
    if (era === 'sessions') await expect(following).rejects.toThrow(/scope.*firefly:read/);
    else await following;
    const witness = await server.overNetwork('ada', era);
    const seen = hearing(witness);
    await follow(witness, ['firefly://jobs']);
    await draw(client, 'a newt');
    await expect.poll(() => seen).toContain('firefly://jobs');
    expect(heard).not.toContain('firefly://jobs');
    expect(heard).not.toContain('list');
  });
});
