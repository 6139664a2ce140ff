import { describe, expect, test } from 'vitest';
import type { Resource, TemplateResource } from '../../src/resources/define.ts';
import { resources } from '../../src/resources/registry.ts';
import { JobResult } from '../../src/render/schemas.ts';
import { noisy, plain } from '../images/pictures.ts';
import { ANNA, BEN, TestRooms } from '../support/rooms/test-rooms.ts';

function template(uriTemplate: string): TemplateResource {
  const found = resources.find((resource) => resource.kind === 'template' && resource.uriTemplate === uriTemplate);
  return found?.kind === 'template' ? found : expect.unreachable(uriTemplate);
}
const image = template('firefly://images/{id}');
const preview = template('firefly://images/{id}/preview');
const job = template('firefly://jobs/{id}');

async function readFixed(uri: string, rooms: TestRooms): Promise<Record<string, unknown[]>> {
  const found: Resource | undefined = resources.find((resource) => resource.kind === 'fixed' && resource.uri === uri);
  const [contents] = found?.kind === 'fixed' ? await found.read(rooms.toolCall()) : [];
  return JSON.parse(contents !== undefined && 'text' in contents ? contents.text : '{}') as Record<string, unknown[]>;
}

async function made(rooms: TestRooms, count = 1, prompt = 'a fox') {
  const facts = JobResult.parse((await rooms.finished({ prompt, count })).structured);
  return { job: facts.job ?? '', images: facts.images ?? [] };
}

describe('the resource of a picture', () => {
  test('holds its original byte for byte', async () => {
    await using rooms = await TestRooms.open();
    const bytes = await noisy(200, 100).jpeg().toBuffer();
    rooms.pictures.push(bytes);
    const { images } = await made(rooms);
    const id = images[0]?.image ?? '';
    const [contents] = await image.read(id, rooms.toolCall());
    expect(contents).toEqual({ uri: `firefly://images/${id}`, mimeType: 'image/jpeg', blob: bytes.toString('base64') });
    const [small] = await preview.read(id, rooms.toolCall());
    expect(small).toMatchObject({ uri: `firefly://images/${id}/preview`, mimeType: 'image/jpeg' });
  });

  test.each([true, false])('over 6 MB names the places of its bytes (server paths: %s)', async (serverPaths) => {
    await using rooms = await TestRooms.open({ settings: { preview: 'none' }, can: { serverPaths } });
    rooms.pictures.push(await noisy(1500, 1500).png({ compressionLevel: 0 }).toBuffer());
    const { images } = await made(rooms);
    const id = images[0]?.image ?? '';
    const [contents] = await image.read(id, rooms.toolCall());
    expect(contents).toMatchObject({ mimeType: 'application/json' });
    const text = contents !== undefined && 'text' in contents ? contents.text : '';
    expect(JSON.parse(text)).toMatchObject({ image: id, preview: `firefly://images/${id}/preview`, width: 1500 });
    expect(text.includes('"path"')).toBe(serverPaths);
    expect(text.includes('save_image')).toBe(serverPaths);
  });

  test('of another principal answers like none', async () => {
    await using rooms = await TestRooms.open();
    const { images, job: id } = await made(rooms);
    const told = async (done: Promise<unknown>) => done.then(JSON.stringify, (error: unknown) => JSON.stringify(error));
    for (const family of [image, preview]) {
      const foreign = await told(family.read(images[0]?.image ?? '', rooms.toolCall(BEN)));
      expect(foreign).toBe(await told(family.read('img_nope', rooms.toolCall(BEN))));
      expect(foreign).toContain('unknown_image');
    }
    expect(await told(job.read(id, rooms.toolCall(BEN)))).toBe(await told(job.read('job_nope', rooms.toolCall(BEN))));
    expect((await image.list?.(undefined, rooms.toolCall(BEN)))?.entries).toEqual([]);
    expect(await image.complete('img_', rooms.toolCall(BEN))).toEqual([]);
  });

  test('is listed newest first in pages, and completed by prefix', async () => {
    await using rooms = await TestRooms.open({ settings: { preview: 'none' } });
    const { images: library } = await rooms.services();
    const { images } = await made(rooms, 4);
    const source = await library.resolve('last', ANNA);
    const first = await image.list?.(undefined, rooms.toolCall());
    expect(first?.entries.map(({ uri }) => uri)).toEqual(images.map(({ uri }) => uri).toReversed());
    expect(first?.nextCursor).toBeUndefined();
    expect(first?.entries[0]).toMatchObject({ mimeType: 'image/png', size: source.bytes, title: 'a fox' });
    expect(await image.complete(source.id.slice(0, 12), rooms.toolCall())).toEqual([source.id]);
    expect(await job.complete('job_', rooms.toolCall())).toHaveLength(1);
  });
});

describe('the resource of a job', () => {
  test("shows Adobe's own URLs to its owner until they expire", { tags: 'long' }, async () => {
    await using rooms = await TestRooms.open();
    const { job: id } = await made(rooms, 2);
    const read = async () => {
      const [contents] = await job.read(id, rooms.toolCall());
      return JSON.parse(contents !== undefined && 'text' in contents ? contents.text : '') as Record<string, unknown>;
    };
    const living = await read();
    expect(living).toMatchObject({ job: id, state: 'succeeded', prompt: 'a fox' });
    expect(living['adobe_results']).toHaveLength(2);
    expect(JSON.stringify(living['adobe_results'])).toContain('signed=');
    await rooms.clock.pass(3_700_000);
    expect((await read())['adobe_results']).toEqual([]);
    const listed = await job.list?.(undefined, rooms.toolCall());
    expect(listed?.entries).toMatchObject([{ uri: `firefly://jobs/${id}`, description: 'succeeded', title: 'a fox' }]);
    expect(JSON.stringify(listed)).not.toContain('signed=');
  });
});

describe('the fixed resources', () => {
  test('list pictures, jobs, styles and models as JSON', async () => {
    await using rooms = await TestRooms.open();
    rooms.pictures.push(await plain(9, 9).png().toBuffer());
    const { job: id, images } = await made(rooms);
    expect((await readFixed('firefly://images', rooms))['images']).toMatchObject([
      { image: images[0]?.image, prompt: 'a fox' },
    ]);
    expect((await readFixed('firefly://jobs', rooms))['jobs']).toMatchObject([{ job: id, state: 'succeeded' }]);
    expect((await readFixed('firefly://styles', rooms))['style_presets']).toHaveLength(152);
    const { models } = await readFixed('firefly://models', rooms);
    expect(models).toHaveLength(6);
    expect(models).toContainEqual(expect.objectContaining({ model: 'image5', most_pictures: 1 }));
  });

  test('have addresses, names and descriptions of their own', () => {
    const addresses = resources.map((resource) => (resource.kind === 'fixed' ? resource.uri : resource.uriTemplate));
    expect(new Set(addresses).size).toBe(resources.length);
    expect(new Set(resources.map(({ name }) => name)).size).toBe(resources.length);
    for (const resource of resources) expect(resource.description).toMatch(/\.$/);
  });
});
