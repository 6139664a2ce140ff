import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resources } from '../../../src/resources/registry.ts';
import { SharedServer } from './shared-server.ts';
import { neverMade } from './things.ts';

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

/** Draws a picture; resolves with its job and its handle. */
async function draw(client: Client, prompt: string): Promise<{ readonly job: string; readonly image: string }> {
  const { structuredContent } = await client.callTool({
    name: 'generate_image',
    arguments: { prompt, wait_seconds: 60, new_job: true },
  });
  const { job, images } = structuredContent as { job: string; images: { image: string }[] };
  return { job, image: images[0]?.image ?? '' };
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

/** Every resource, and whether its contents change: what a connection that follows it hears of. */
const FOLLOWED: Readonly<Record<string, 'changes' | 'never'>> = {
  'firefly://images': 'changes',
  'firefly://jobs': 'changes',
  'firefly://usage': 'changes',
  'firefly://models': 'never',
  'firefly://styles': 'never',
  'ui://firefly/studio.html': 'never',
  'firefly://images/{id}': 'never',
  'firefly://images/{id}/preview': 'never',
  'firefly://images/{id}/facts': 'never',
  'firefly://jobs/{id}': 'changes',
};

test('every resource has a row that says whether it is followed', () => {
  const judged = resources.map((resource) =>
    resource.kind === 'fixed'
      ? [resource.uri, resource.version === undefined ? 'never' : 'changes']
      : [resource.uriTemplate, resource.versions === undefined ? 'never' : 'changes'],
  );
  expect(Object.entries(FOLLOWED)).toEqual(judged);
});

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
  test(
    'hear of their own things only, whatever they follow: a foreign one is like one that does not exist',
    { tags: 'long' },
    async () => {
      const [ada, ben] = [await server.overNetwork('ada', era), await server.overNetwork('ben', era)];
      const [byAda, byBen] = [hearing(ada), hearing(ben)];
      const image = (await draw(ada, 'the first of Ada')).image;
      server.emulator.control.setLatency(60_000);
      const followed = await begin(ada, 'a secret of Ada');
      const job = followed.slice('firefly://jobs/'.length);
      const addressesOf = (ids: { image: string; job: string }) =>
        Object.keys(FOLLOWED).map((address) => address.replace('{id}', address.includes('jobs') ? ids.job : ids.image));
      const foreign = addressesOf({ image, job });
      const never = addressesOf({ image: neverMade('img'), job: neverMade('job') });
      await follow(ada, foreign);
      await follow(ben, [...new Set([...foreign, ...never])]);
      await cancel(ada, followed);
      server.emulator.control.setLatency(LATENCY_MS);
      await draw(ada, 'the second of Ada');
      const changed = foreign.filter((_, place) => Object.values(FOLLOWED)[place] === 'changes');
      await expect.poll(() => byAda).toEqual(expect.arrayContaining(['list', ...changed]));
      expect(byAda.filter((uri) => uri !== 'list' && !changed.includes(uri))).toEqual([]);
      expect(byBen).toEqual([]);
      const own = `firefly://jobs/${(await draw(ben, 'a hare')).job}`;
      await expect.poll(() => byBen).toEqual(expect.arrayContaining(['list', 'firefly://jobs', 'firefly://images']));
      expect(byBen.filter((uri) => /\{|img_|job_/.test(uri))).toEqual([]);
      expect(byAda).not.toContain(own);
    },
  );

  test('who may not read hear of nothing', { tags: 'long' }, async () => {
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
