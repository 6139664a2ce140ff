import { afterAll, beforeAll, expect, test } from 'vitest';
import sharp from 'sharp';
import { SharedServer } from './shared-server.ts';

let server: SharedServer;
beforeAll(async () => {
  server = await SharedServer.open();
});
afterAll(() => server.end());

const SERVER_INFO = 'io.modelcontextprotocol/serverInfo';
const FOR_FIVE_MINUTES = { ttlMs: 300_000, cacheScope: 'public' };
const FOR_AN_HOUR = { ttlMs: 3_600_000, cacheScope: 'private' };
const NOT_AT_ALL = { ttlMs: 0, cacheScope: 'private' };

test.each(['requests', 'sessions'] as const)('the server shows its icon in the handshake (%s)', async (era) => {
  const client = await server.overLocalHttp(era);
  const { icons = [], description } = client.getServerVersion() ?? {};
  expect(description).toContain('Adobe Firefly');
  const [{ src, mimeType, sizes } = { src: '', mimeType: '', sizes: [''] }] = icons;
  const { format, width, height } = await sharp(Buffer.from(src.split(',')[1] ?? '', 'base64')).metadata();
  expect(`image/${format}`).toBe(mimeType);
  expect([`${width}x${height}`]).toEqual(sizes);
});

test('no other result carries the icon', { tags: 'long' }, async () => {
  const client = await server.overLocalHttp('requests');
  const results = [
    await client.callTool({ name: 'list_images', arguments: {} }),
    await client.readResource({ uri: 'firefly://styles' }),
    await client.request({ method: 'resources/list', params: {} }),
  ];
  for (const { _meta } of results) {
    expect(_meta?.[SERVER_INFO]).toMatchObject({ name: 'firefly', title: expect.any(String) });
    expect(_meta?.[SERVER_INFO]).not.toHaveProperty('icons');
  }
});

test('clients may keep what never changes, and nothing that does', { tags: 'long' }, async () => {
  const client = await server.overLocalHttp('requests');
  const made = await client.callTool({ name: 'generate_image', arguments: { prompt: 'a fox', wait_seconds: 60 } });
  const { images } = made.structuredContent as { images: { image: string }[] };
  const image = `firefly://images/${images[0]?.image ?? ''}`;
  const read = (uri: string) => client.request({ method: 'resources/read', params: { uri } });
  for (const uri of ['firefly://models', 'firefly://styles']) expect(await read(uri)).toMatchObject(FOR_FIVE_MINUTES);
  for (const uri of [image, `${image}/preview`]) expect(await read(uri)).toMatchObject(FOR_AN_HOUR);
  for (const uri of ['firefly://usage', 'firefly://jobs']) expect(await read(uri)).toMatchObject(NOT_AT_ALL);
  const templates = await client.request({ method: 'resources/templates/list', params: {} });
  expect(templates).toMatchObject(FOR_FIVE_MINUTES);
  const listed = await client.request({ method: 'resources/list', params: {} });
  expect(listed).toMatchObject(NOT_AT_ALL);
  // An original is for the person, and says when it was made.
  const entry = listed.resources.find(({ uri }) => uri === image);
  expect(entry?.annotations).toMatchObject({ audience: ['user'], lastModified: expect.stringMatching(/^\d{4}-.*Z$/) });
});

test('a client of 2025 gets no hints for a cache that it does not know', async () => {
  const client = await server.overLocalHttp('sessions');
  const read = await client.request({ method: 'resources/read', params: { uri: 'firefly://models' } });
  expect(read).not.toHaveProperty('ttlMs');
  expect(read._meta?.[SERVER_INFO]).toBeUndefined();
});
