import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { expect, test } from 'vitest';
import { LOCAL } from '../../../src/shared/caller.ts';
import { resources } from '../../../src/resources/registry.ts';
import { describeTools } from '../../../src/tools/definition/catalogue.ts';
import { tools } from '../../../src/tools/registry.ts';
import { video } from '../../images/videos.ts';
import { ServiceRooms } from '../../jobs/engine/brand-kit/brand-kit.ts';
import { overhearClient } from '../../support/artefacts.ts';
import { ALICE } from '../../support/cluster/test-cluster.ts';
import { serveTestTools } from '../fixture/http.ts';

const BYTES = video({ durationMs: 5_200 });

/** A client over HTTP of rooms whose one paid operation makes videos. */
async function withVideos(run: (rooms: ServiceRooms, client: Client) => Promise<void>): Promise<void> {
  await using rooms = await ServiceRooms.open({
    change: (operation) => ({
      ...operation,
      limits: { ...operation.limits, result: { media: 'video', mostBytes: 1_000_000 } },
    }),
  });
  const serving = await serveTestTools({
    catalogue: describeTools(),
    loadTools: async () => tools,
    loadResources: async () => resources,
    settings: { demo: false, waitSeconds: 45, preview: 'thumb', outputFolder: join(rooms.folder, 'out') },
    services: async () => rooms.services,
    authenticate: async () => ({ kind: 'accepted', identity: { ...LOCAL, principal: ALICE.principal } }),
  });
  const client = new Client({ name: 'videos', version: '1' });
  const transport = new StreamableHTTPClientTransport(new URL(serving.url));
  try {
    await client.connect(transport);
    overhearClient(transport);
    await run(rooms, client);
  } finally {
    await client.close();
    await serving.close({ graceMs: 0 });
  }
}

test(
  'a video of another service comes to a client over HTTP: told, listed, read, saved, and gone once deleted',
  { tags: 'long' },
  () =>
    withVideos(async (rooms, client) => {
      const files = [{ href: `${rooms.service.origin}/files/1.mp4` }];
      rooms.task({ task: { name: 't1' } }, { state: 'BUSY' }, { state: 'DONE', files });
      rooms.service.answers['GET /files/1.mp4'] = [[200, BYTES]];
      const { id, images } = await rooms.waitFor(await rooms.enqueue());
      expect(images).toHaveLength(1);
      const [{ id: image } = { id: '' }] = images;
      const call = (name: string, given: object) => client.callTool({ name, arguments: { ...given } });

      const facts = { image, mime_type: 'video/mp4', width: 320, height: 180, seconds: 5.2, bytes: BYTES.length };
      const told = await call('job_status', { job: id });
      expect(told.structuredContent).toMatchObject({ state: 'succeeded', images: [facts] });
      expect(told.structuredContent).not.toHaveProperty('warnings');
      expect(JSON.stringify(told.content)).toContain('320x180 MP4 of 5.2 s');
      expect((await call('list_images', {})).structuredContent).toMatchObject({ images: [{ image, seconds: 5.2 }] });

      const uri = `firefly://images/${image}`;
      const { contents } = await client.readResource({ uri });
      expect(contents).toMatchObject([{ mimeType: 'video/mp4', blob: BYTES.toString('base64') }]);

      const { structuredContent: saved } = await call('save_image', { image, name: 'run.mp4' });
      const path = join(rooms.folder, 'out', 'firefly', 'run.mp4');
      expect(saved).toMatchObject({ saved: [{ path, mime_type: 'video/mp4' }] });
      expect(Buffer.compare(await readFile(path), BYTES)).toBe(0);

      expect(await rooms.remove(image)).toMatchObject({ pictures: 1, freed: { files: 1, bytes: BYTES.length } });
      await expect(client.readResource({ uri })).rejects.toThrow(/no such picture|unknown|not found/i);
      expect(JSON.stringify(await call('save_image', { image }))).toContain('"code":"unknown_image"');
      expect(Buffer.compare(await readFile(path), BYTES)).toBe(0);
    }),
);
