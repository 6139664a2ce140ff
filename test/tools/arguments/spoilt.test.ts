import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANNA, TestRooms } from '../../support/rooms/test-rooms.ts';
import { factsOf, maskOf, pixelOf, refusal, RIGHT_HALF, sentBody, uploadOf } from '../edit/edited-pictures.ts';

/** What would be paid for and is not what was meant: refused before, with what was probably meant. */
let rooms: TestRooms;
beforeAll(async () => {
  rooms = await TestRooms.open({ perMinute: 1_000 });
  await rooms.file('photo.png', await noise());
});
afterAll(() => rooms[Symbol.asyncDispose]());

const [WIDTH, HEIGHT] = [640, 512];

/** A picture of all colours, as a photograph has them. */
function noise(): Promise<Buffer> {
  const data = Buffer.from(Array.from({ length: WIDTH * HEIGHT * 3 }, (_, at) => (at * 7919) % 251));
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .png()
    .toBuffer();
}

type Paint = (x: number, y: number) => readonly [number, number, number, number];

/** A PNG of the size of the photograph, painted pixel by pixel. */
function painted(paint: Paint): Promise<Buffer> {
  const data = Buffer.from(
    Array.from({ length: WIDTH * HEIGHT }, (_, at) => paint(at % WIDTH, Math.floor(at / WIDTH))).flat(),
  );
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 4 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

const isRight = (x: number) => x >= WIDTH / 2;
const BLACK = [0, 0, 0, 255] as const;
const WHITE = [255, 255, 255, 255] as const;
const NOTHING = [0, 0, 0, 0] as const;

async function fillWith(name: string, mask: Buffer) {
  await rooms.file(name, mask);
  return { image: 'photo.png', mask: name, prompt: name };
}

describe('a picture given as mask', () => {
  test.each([
    ['a photograph', () => noise().then((bytes) => sharp(bytes).blur(1).png().toBuffer())],
    ['two greys', () => painted((x) => (isRight(x) ? [200, 200, 200, 255] : [60, 60, 60, 255]))],
    ['colours', () => painted((x) => (isRight(x) ? [255, 255, 0, 255] : BLACK))],
    ['a slope of grey', () => painted((x) => [x / 3, x / 3, x / 3, 255])],
  ])(
    'is refused where it is no mask (%s), and make_mask shows what it would be',
    { tags: 'long' },
    async (name, draw) => {
      const input = await fillWith(`${name}.png`, await draw());
      const problem = await refusal(rooms, 'fill_image', input);
      expect(problem).toMatchObject({ code: 'invalid_argument', actor: 'caller' });
      expect(problem.message).toMatch(/no mask: [\d.]+ % of it is neither black nor white/);
      if (name !== 'two greys') return;
      const [handle = ''] = /img_\w+/.exec(problem.next) ?? [];
      const mask = maskOf(await rooms.call('make_mask', { image: 'photo.png', from: handle }));
      const made = await rooms.finished({ ...input, mask }, ANNA, 'fill_image');
      expect(made.isError).toBe(false);
    },
  );

  test.each([
    [
      'a photograph with a hole',
      (x: number, y: number) => (isRight(x) ? NOTHING : ([x % 250, y % 250, 90, 255] as const)),
    ],
    ['black with a hole', (x: number) => (isRight(x) ? NOTHING : BLACK)],
    [
      'white under what is transparent',
      (x: number) => (isRight(x) ? ([255, 255, 255, 0] as const) : ([9, 90, 160, 255] as const)),
    ],
    ['white strokes on nothing', (x: number) => (isRight(x) ? WHITE : NOTHING)],
    ['black and white, all opaque', (x: number) => (isRight(x) ? WHITE : BLACK)],
    [
      'with a soft edge',
      (x: number) => {
        const value = Math.max(0, Math.min(255, (x - 280) * 3));
        return [value, value, value, 255] as const;
      },
    ],
  ] satisfies [string, Paint][])('opens what was meant: %s', { tags: 'long' }, async (name, paint) => {
    const made = await rooms.finished(await fillWith(`${name}.png`, await painted(paint)), ANNA, 'fill_image');
    const { mask } = sentBody(rooms, 'FillImageRequestV3') as { mask: unknown };
    const { bytes } = uploadOf(rooms, mask);
    expect([(await pixelOf(bytes, 50, 200))[0], (await pixelOf(bytes, 590, 200))[0]]).toEqual([0, 255]);
    if (name.includes('hole')) expect(factsOf(made).warnings?.join()).toContain('what is transparent in it may change');
  });
});

describe('shapes in fractions of the picture', () => {
  test.each([
    [{ shape: 'rectangle', x: 0.25, y: 0.25, width: 0.5, height: 0.5 }, /width.*for a fraction of the picture say 50/],
    [{ shape: 'ellipse', x: 0, y: 0, width: 1, height: 1 }, /say 100/],
    [
      {
        shape: 'polygon',
        points: [
          [0.1, 0.1],
          [0.9, 0.1],
          [0.5, 0.92],
        ],
      },
      /points.*say 92/,
    ],
    [
      {
        shape: 'stroke',
        points: [
          [0.1, 0.1],
          [0.9, 0.1],
        ],
        thickness: 5,
      },
      /points.*say 90/,
    ],
    [{ shape: 'border', thickness: 0.1 }, /thickness.*say 10/],
  ])('are refused before anything is paid: %j', async (shape, words) => {
    for (const tool of ['fill_image', 'make_mask']) {
      const field = tool === 'fill_image' ? 'mask_shapes' : 'shapes';
      const refused = await rooms.answer(tool, { image: 'photo.png', [field]: [shape] });
      expect(refused.isError, tool).toBe(true);
      expect(refused.text, tool).toMatch(words);
    }
  });

  test.each([
    [{ shape: 'rectangle', x: 33.2, y: 41.5, width: 0.8, height: 0.9 }],
    [{ shape: 'rectangle', x: 0.5, y: 0.5, width: 0.5, height: 40 }],
    [{ shape: 'rectangle', x: 0, y: 0, width: 1, height: 1, unit: 'pixels' }],
    [{ shape: 'border', thickness: 1 }],
    [
      {
        shape: 'stroke',
        points: [
          [10, 50],
          [90, 50],
        ],
        thickness: 0.5,
      },
    ],
  ])('are not taken for those where a small shape is meant: %j', async (shape) => {
    const drawn = await rooms.answer('make_mask', { image: 'photo.png', shapes: [shape] });
    expect(drawn.text).not.toContain('fraction');
  });
});

describe('a prompt', () => {
  test.each([
    ['caf\uFFFD at night', /contains "\uFFFD", which replaces a character that was lost in a wrong encoding.*UTF-8/],
    [' null ', /is "null", which programs write where they have no value.*Describe in words/],
    ['NULL', /"NULL", which programs write/],
    [' undefined ', /"undefined", which programs write/],
    ['None', /"None", which programs write/],
    ['nil', /"nil", which programs write/],
    ['NaN', /"NaN", which programs write/],
    ['[object Object]', /"\[object Object\]", which programs write/],
    ['${prompt}', /"\$\{prompt\}", which programs write/],
    ['{{ prompt }}', /"\{\{ prompt \}\}", which programs write/],
    ['%PROMPT%', /"%PROMPT%", which programs write/],
    ['<prompt>', /"<prompt>", which programs write/],
    ['\u200b \ufe0f\u2800\u3164', /has no visible character/],
  ])('that is spoilt is refused by every tool: %j', async (prompt, words) => {
    const calls = {
      generate_image: { prompt },
      fill_image: { image: 'photo.png', mask_shapes: [RIGHT_HALF], prompt },
      expand_image: { image: 'photo.png', size: '2048x2048', prompt },
    };
    for (const [tool, input] of Object.entries(calls)) {
      const problem = await refusal(rooms, tool, input);
      expect(problem.code, tool).toBe('invalid_argument');
      expect(`${problem.message} ${problem.next}`, tool).toMatch(words);
    }
  });

  test(
    'of the text null is refused where a prompt is needed, and counts as left out elsewhere',
    { tags: 'long' },
    async () => {
      const problem = await refusal(rooms, 'generate_image', { prompt: 'null' });
      expect(problem).toMatchObject({ code: 'invalid_argument', message: expect.stringContaining('"null"') });
      await rooms.finished({ image: 'photo.png', mask_shapes: [RIGHT_HALF], prompt: 'null' }, ANNA, 'fill_image');
      expect(sentBody(rooms, 'FillImageRequestV3')).not.toHaveProperty('prompt');
    },
  );

  test('of an item spoils its batch, and nothing of it is paid', async () => {
    const submits = rooms.adobe.submits.length;
    const refused = await rooms.answer('submit_batch', { items: [{ prompt: 'a fox' }, { prompt: 'caf\uFFFD' }] });
    expect(refused.isError).toBe(true);
    expect(refused.text).toMatch(/item 2: .*\uFFFD.*UTF-8/);
    expect(rooms.adobe.submits).toHaveLength(submits);
  });

  test.each(['null island at noon', 'None of the above', 'a wall with the words {{ prompt }}'])(
    'is taken where it only contains such a word: %j',
    async (prompt) => {
      expect((await rooms.finished({ prompt })).isError).toBe(false);
    },
  );
});

test.each([[[-1]], [[3, -1]]])('the seeds %j are refused, since below 0 none is random', async (seeds) => {
  const problem = await refusal(rooms, 'generate_image', { prompt: 'a fox', seeds });
  expect(problem).toMatchObject({ code: 'invalid_argument', next: expect.stringContaining('Leave seeds out') });
  expect(problem.message).toContain('-1');
});

describe('a style preset', () => {
  test('that Adobe would ignore is refused with the nearest', async () => {
    const problem = await refusal(rooms, 'generate_image', { prompt: 'a fox', style_presets: ['watercolour'] });
    expect(problem).toMatchObject({ code: 'invalid_argument', message: expect.stringContaining('watercolor') });
  });

  test('is taken in another spelling, and as it is where it is marked', async () => {
    await rooms.finished({ prompt: 'a fox', style_presets: ['Oil Paint', 'bw', '=neon_2027'] });
    expect(sentBody(rooms, 'GenerateImagesRequestV3')).toMatchObject({
      style: { presets: ['oil_paint', 'bw', 'neon_2027'] },
    });
    const twice = await refusal(rooms, 'generate_image', { prompt: 'a fox', style_presets: ['bw', 'B W'] });
    expect(twice.message).toContain('twice');
  });
});

describe('a picture that is its own mask', () => {
  const photo = (hole: (x: number) => boolean) =>
    painted((x, y) => (hole(x) ? NOTHING : [x % 251, (x * y) % 251, y % 251, 255]));

  test('opens what is transparent in it, and says so', async () => {
    await rooms.file('hole.png', await photo(isRight));
    const { text, structured, isError } = await rooms.answer('fill_image', {
      image: 'hole.png',
      mask: 'hole.png',
      prompt: 'a wall',
      dry_run: true,
    });
    expect(isError, text).toBe(false);
    expect(text).toContain('The mask is the picture itself: what is transparent in it may change, 50 % of it');
    const { images } = await rooms.services();
    const mask = await images.read(await images.get(String(structured?.['mask']), ANNA));
    expect(await pixelOf(mask, WIDTH / 4, 9)).toEqual([0, 0, 0]);
    expect(await pixelOf(mask, (WIDTH * 3) / 4, 9)).toEqual([255, 255, 255]);
  });

  test('opens no brightness: a drawing on nothing keeps what is drawn', async () => {
    await rooms.file('drawing.png', await painted((x) => (isRight(x) ? WHITE : NOTHING)));
    const { text, structured } = await rooms.answer('fill_image', {
      image: 'drawing.png',
      mask: 'drawing.png',
      prompt: 'a wall',
      dry_run: true,
    });
    expect(text).toContain('what is transparent in it may change');
    const { images } = await rooms.services();
    const mask = await images.read(await images.get(String(structured?.['mask']), ANNA));
    expect(await pixelOf(mask, (WIDTH * 3) / 4, 9)).toEqual([0, 0, 0]);
  });

  test('is refused where nothing in it is transparent', async () => {
    await rooms.file('whole.png', await photo(() => false));
    const problem = await refusal(rooms, 'fill_image', { image: 'whole.png', mask: 'whole.png', prompt: 'a wall' });
    expect(problem.message).toBe('mask is the picture itself, and nothing in it is transparent.');
  });
});
