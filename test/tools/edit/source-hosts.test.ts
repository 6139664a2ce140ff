import { expect, test } from 'vitest';
import { TestRooms } from '../../support/rooms/test-rooms.ts';

const EVERYWHERE = [
  'bucket.s3.amazonaws.com',
  'x.blob.core.windows.net',
  'a.dropboxusercontent.com',
  'storage.googleapis.com',
];
const V4 = 'frontdoor.prod.azure.cxp.adobe.com';
const COMPOSITES = ['assets.frame.io', 'x.adobe.io'];

type Call = (url: string) => readonly [tool: string, input: Record<string, unknown>];
const size = '2048x2048';
const CALLS: readonly (readonly [what: string, reads: readonly string[], call: Call])[] = [
  ['a style', EVERYWHERE, (url) => ['generate_image', { prompt: 'a fox', style_image: url }]],
  ['a fill', EVERYWHERE, (url) => ['fill_image', { image: url, mask: url, prompt: 'a fox' }]],
  ['an expansion', EVERYWHERE, (url) => ['expand_image', { image: url, size }]],
  ['variations', EVERYWHERE, (url) => ['vary_image', { image: url }]],
  ['an object', EVERYWHERE, (url) => ['composite_image', { image: url, prompt: 'on a table' }]],
  ['a frame', EVERYWHERE, (url) => ['generate_video', { first_frame: url }]],
  ['an edit', [...EVERYWHERE, V4], (url) => ['edit_image', { image: url, prompt: 'at night' }]],
  [
    'a background',
    [...EVERYWHERE, ...COMPOSITES],
    (url) => ['composite_image', { image: url, background: url, mask: url }],
  ],
];

test.each(CALLS)('%s by URL is taken from the hosts that its operation reads, and from no other', async (...row) => {
  const [, reads, call] = row;
  await using rooms = await TestRooms.open();
  for (const host of [...EVERYWHERE, V4, ...COMPOSITES, 'evil.example', 'evilamazonaws.com']) {
    const [tool, input] = call(`https://${host}/picture.png`);
    const { isError, text } = await rooms.answer(tool, { ...input, dry_run: true });
    expect([host, isError], text).toEqual([host, !reads.includes(host)]);
    if (isError) expect(text).toContain('url_not_allowed');
  }
  expect(rooms.adobe.submits).toEqual([]);
});
