import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../src/shared/ids.ts';
import { systemRandom } from '../../../src/shared/random.ts';
import { resources } from '../../../src/resources/registry.ts';
import { JobResult } from '../../../src/render/schemas.ts';
import type { Caller } from '../../../src/shared/caller.ts';
import { tools } from '../../../src/tools/registry.ts';
import { noisy } from '../../images/pictures.ts';
import { ANNA, BEN, TestRooms } from '../../support/rooms/test-rooms.ts';
import { callerNamed } from '../../support/callers.ts';

/** docs/security.md#principals: what belongs to another principal answers like what does not exist, to the byte. */
const CARA: Caller = callerNamed('cara', 'third');
const EDIT = { size: '900x900', wait_seconds: 0, count: 1 };
const LEFT_HALF = { shape: 'rectangle', x: 0, y: 0, width: 50, height: 100 };

type Kind = 'job' | 'img' | 'batch';
/** Every argument of every tool that names a job, batch or picture. */
const CELLS: readonly (readonly [tool: string, argument: string, kinds: readonly Kind[], others?: object])[] = [
  ['job_status', 'job', ['job', 'batch'], { wait_seconds: 0 }],
  ['cancel_job', 'job', ['job', 'batch']],
  ['resubmit_job', 'job', ['job', 'batch'], { accept_possible_charge: true, wait_seconds: 0 }],
  ['show_images', 'image', ['img']],
  ['show_images', 'images', ['img']],
  ['delete_images', 'image', ['img'], { confirm: true }],
  ['delete_images', 'images', ['img'], { confirm: true }],
  ['delete_images', 'job', ['job', 'batch'], { confirm: true }],
  ['delete_images', 'before', ['img'], { confirm: true }],
  ['delete_images', 'made_from', ['img'], { confirm: true }],
  ['delete_images', 'except', ['img'], { kind: 'mask', confirm: true }],
  ['save_image', 'image', ['img']],
  ['save_image', 'images', ['img']],
  ['list_images', 'before', ['img']],
  ['list_images', 'job', ['job', 'batch']],
  ['list_images', 'made_from', ['img']],
  ['make_mask', 'image', ['img'], { shapes: [LEFT_HALF] }],
  ['make_mask', 'from', ['img'], { image: 'own.png' }],
  ['fill_image', 'image', ['img'], { prompt: 'grass', wait_seconds: 0, mask_shapes: [LEFT_HALF] }],
  ['fill_image', 'mask', ['img'], { image: 'own.png', prompt: 'grass', wait_seconds: 0 }],
  ['expand_image', 'image', ['img'], EDIT],
  ['expand_image', 'mask', ['img'], { ...EDIT, image: 'own.png' }],
  ['edit_image', 'image', ['img'], { prompt: 'make it evening', wait_seconds: 0 }],
  ['edit_image', 'mask', ['img'], { image: 'own.png', prompt: 'make it evening', wait_seconds: 0 }],
  ['vary_image', 'image', ['img'], { wait_seconds: 0 }],
  ['upscale_image', 'image', ['img'], { wait_seconds: 0 }],
  ['composite_image', 'image', ['img'], { prompt: 'a beach', wait_seconds: 0 }],
  ['composite_image', 'background', ['img'], { image: 'own.png', mask: 'own.png', wait_seconds: 0 }],
  ['composite_image', 'mask', ['img'], { image: 'own.png', background: 'own.png', wait_seconds: 0 }],
  ['composite_image', 'style_image', ['img'], { image: 'own.png', prompt: 'a beach', wait_seconds: 0 }],
  ['composite_image', 'object_mask', ['img'], { image: 'own.png', prompt: 'a beach', wait_seconds: 0 }],
  ['generate_video', 'first_frame', ['img'], { prompt: 'a fox', wait_seconds: 0 }],
  ['generate_video', 'last_frame', ['img'], { prompt: 'a fox', wait_seconds: 0 }],
  ['generate_image', 'style_image', ['img'], { prompt: 'a fox', wait_seconds: 0 }],
  ['generate_image', 'structure_image', ['img'], { prompt: 'a fox', wait_seconds: 0 }],
];
const NAMES = new Set([
  'job',
  'image',
  'images',
  'except',
  'mask',
  'from',
  'before',
  'made_from',
  'background',
  'object_mask',
  'first_frame',
  'last_frame',
  'style_image',
  'structure_image',
]);

let rooms: TestRooms;
let owned: Record<Kind, string>;
beforeAll(async () => {
  rooms = await TestRooms.open();
  await rooms.file('own.png', await noisy(900, 600).png().toBuffer());
  rooms.pictures.push(await noisy(900, 600).jpeg().toBuffer());
  const made = JobResult.parse((await rooms.finished({ prompt: 'of Anna' })).structured);
  const batch = await rooms.call('submit_batch', { tool: 'generate_image', items: [{ prompt: 'of Anna' }] });
  owned = {
    job: made.job ?? '',
    img: made.images?.[0]?.image ?? '',
    batch: String(batch.structured?.['batch']),
  };
  expect(owned.batch).toMatch(/^batch_/);
});
afterAll(() => rooms[Symbol.asyncDispose]());

/** All that a caller is told, in one text; ids out of it. */
async function told(act: () => Promise<unknown>, id: string): Promise<string> {
  const answer = await act().catch((error: unknown) => [String(error), JSON.stringify(error)]);
  return JSON.stringify(answer).replaceAll(id, 'THAT');
}

/** Foreign, unknown and malformed ids, for callers other than the owner. */
async function holds(ask: (id: string, caller: Caller) => Promise<unknown>, kind: Kind): Promise<void> {
  const foreign = owned[kind];
  for (const caller of [BEN, CARA]) {
    const unknown = newId(kind, systemRandom);
    const known = await told(() => ask(foreign, caller), foreign);
    expect(known).toBe(await told(() => ask(unknown, caller), unknown));
    expect(known).not.toMatch(/Anna|anna/);
    const malformed = await told(() => ask(`${foreign}'--`, caller), foreign);
    expect(malformed).not.toMatch(/Anna|anna/);
  }
}

describe('a tool, asked for what belongs to another principal', () => {
  const cells = CELLS.flatMap(([tool, argument, kinds, others]) =>
    kinds.map((kind) => ({ tool, argument, kind, others: others ?? {} })),
  );

  test.each(cells)(
    'answers as for what does not exist: $tool with a $kind as $argument',
    async ({ tool, argument, kind, others }) => {
      const value = (id: string) => (['images', 'except'].includes(argument) ? [id] : id);
      await holds((id, caller) => rooms.call(tool, { ...others, [argument]: value(id) }, caller), kind);
      expect(rooms.adobe.submits.filter(({ prompt }) => prompt !== 'of Anna')).toEqual([]);
    },
  );

  test.each(['job_…#1', 'firefly://images/…'])(
    'answers as for what does not exist, also for a reference of the form %s',
    async (form) => {
      const id = form.startsWith('job') ? owned.job : owned.img;
      const reference = (of: string) => form.replace('job_…', of).replace('…', of);
      const kind = form.startsWith('job') ? 'job' : 'img';
      expect(id).not.toBe('');
      await holds((of, caller) => rooms.call('show_images', { image: reference(of) }, caller), kind);
    },
  );

  test('is tried with every argument that names a job, batch or picture', () => {
    const named = tools.flatMap(({ name, input }) =>
      Object.keys(input.shape)
        .filter((key) => NAMES.has(key))
        .map((key) => `${name} ${key}`),
    );
    expect(CELLS.map(([tool, argument]) => `${tool} ${argument}`).sort()).toEqual(named.sort());
  });
});

test('a tool shows a job, a batch and a picture to their owner', async () => {
  for (const id of [owned.job, owned.batch]) {
    const own = await rooms.call('job_status', { job: id, wait_seconds: 0 }, ANNA);
    expect(JSON.stringify(own)).toContain(id);
  }
  expect(JSON.stringify(await rooms.call('show_images', { image: owned.img }, ANNA))).toContain(owned.img);
});

describe('a resource of another principal', () => {
  const families = resources.filter((resource) => resource.kind === 'template');

  test.each(families.map((family) => [family.uriTemplate, family] as const))(
    'reads as one that does not exist: %s',
    async (uri, family) => {
      const kind = uri.includes('jobs') ? 'job' : 'img';
      await holds((id, caller) => family.read(id, rooms.toolCall(caller)), kind);
    },
  );

  test('is in no list', async () => {
    for (const family of families) {
      const listed = await family.list?.(undefined, rooms.toolCall(BEN));
      expect(JSON.stringify(listed ?? {})).not.toMatch(/(job|img)_/);
    }
  });
});
