import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Problem } from '../../../../src/shared/errors.ts';
import { checkArguments } from '../../../../src/tools/arguments/check-arguments.ts';
import { readArguments } from '../../../../src/tools/arguments/lenient/read-arguments.ts';
import { tools } from '../../../../src/tools/registry.ts';
import { cpuMs } from '../../../support/work.ts';

const input = z.strictObject({
  prompt: z.string().min(1),
  count: z.int().min(1).max(4).optional(),
  share: z.number().optional(),
  new_job: z.boolean().optional(),
  ratio: z.enum(['16:9', 'low_creativity', '4MP']).optional(),
  seeds: z.array(z.int()).min(1).max(4).optional(),
  images: z.array(z.string()).min(1).max(4).optional(),
  shapes: z
    .array(
      z.strictObject({
        unit: z.enum(['percent', 'pixels']).optional(),
        x: z.number().optional(),
        points: z.array(z.array(z.number()).length(2)).min(1).max(5).optional(),
      }),
    )
    .min(1)
    .max(3)
    .optional(),
});
const tool = { name: 'paint', input };
type Plain = z.infer<typeof input>;

const word = fc.stringMatching(/^[a-km-z][a-z ]{0,8}$/);
/** JSON has no negative zero. */
const number = fc
  .oneof(fc.integer({ min: -1e9, max: 1e9 }), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((value) => value + 0);
const plain: fc.Arbitrary<Plain> = fc.record(
  {
    prompt: word,
    count: fc.integer({ min: 1, max: 4 }),
    share: number,
    new_job: fc.boolean(),
    ratio: fc.constantFrom('16:9' as const, 'low_creativity' as const, '4MP' as const),
    seeds: fc.array(fc.integer(), { minLength: 1, maxLength: 4 }),
    images: fc.array(word, { minLength: 1, maxLength: 4 }),
    shapes: fc.array(
      fc.record(
        {
          unit: fc.constantFrom('percent' as const, 'pixels' as const),
          x: number,
          points: fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 5 }),
        },
        { requiredKeys: [] },
      ),
      { minLength: 1, maxLength: 3 },
    ),
  },
  { requiredKeys: ['prompt'] },
);

/** The ways in which clients write a value, drawn by `next`, a source of small numbers. */
function disguised(value: unknown, next: () => number, key = ''): unknown {
  const way = next();
  if (typeof value === 'string') {
    const isChoice = key === 'ratio' || key === 'unit';
    return isChoice && way === 0 ? value.toUpperCase() : isChoice && way === 1 ? value.replace('_', ' ') : value;
  }
  if (typeof value === 'number') return way === 0 ? String(value) : way === 1 ? ` ${value} ` : value;
  if (typeof value === 'boolean') {
    if (way === 2) return value ? 'yes' : 'No';
    if (way === 3) return value ? 1 : '0';
    return way === 0 ? String(value) : way === 1 ? `${value}`.toUpperCase() : value;
  }
  if (Array.isArray(value)) {
    if (key === 'points' && way === 3) return (value as number[][]).map(([x, y]) => ({ x, y }));
    if (key === 'points' && way === 4 && value.length > 1) return value.flat();
    const inner = value.map((entry: unknown) => disguised(entry, next));
    if (way === 3 && key !== 'points') return printed(inner);
    if (way === 0) return JSON.stringify(inner);
    if (way === 1 && inner.length === 1 && key !== 'points') return inner[0];
    if (way === 2 && key === 'seeds') return value.join(', ');
    if (way === 2 && key === 'points' && value.length === 1) return value[0];
    return inner;
  }
  const fields = Object.entries(value as object).map(([name, field]) => [
    styled(name, next()),
    disguised(field, next, name),
  ]);
  if (way === 1) for (const name of ['x', 'count', 'seeds', 'unit']) fields.push([name, null]);
  const known = key === '' && !('prompt' in (value as object)) ? ['x', 'unit', 'points'] : Object.keys(input.shape);
  const all = Object.fromEntries([
    ...fields.filter(([name, field]) => field === null && known.includes(String(name))),
    ...fields.filter(([, field]) => field !== null),
  ]) as object;
  return way === 0 ? JSON.stringify(all) : all;
}

/** As Python prints it. */
function printed(list: readonly unknown[]): string {
  const words: Readonly<Record<string, string>> = { true: 'True', false: 'False', null: 'None' };
  return JSON.stringify(list).replace(/"(?:[^"\\]|\\.)*"|\b(?:true|false|null)\b/g, (part) => words[part] ?? part);
}

/** A name in another style or number. */
function styled(name: string, way: number): string {
  if (way === 2) return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  if (way === 3) return name.toUpperCase().replaceAll('_', '-');
  return way === 4 && name.length > 1 ? (name.endsWith('s') ? name.slice(0, -1) : `${name}s`) : name;
}

describe('arguments in the forms that clients send', () => {
  test('mean what their plain form means', () => {
    fc.assert(
      fc.property(plain, fc.array(fc.nat(4), { minLength: 1, maxLength: 40 }), (arguments_, ways) => {
        let at = 0;
        const sent = disguised(arguments_, () => ways[at++ % ways.length] ?? 3);
        expect(checkArguments(tool, sent)).toEqual(checkArguments(tool, arguments_));
      }),
      { numRuns: 150 },
    );
  });

  test('are read once: reading what was read changes nothing', () => {
    const anything = fc.record(
      Object.fromEntries(Object.keys(input.shape).map((name) => [name, fc.oneof(fc.jsonValue(), fc.json())])),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anything, (given) => {
        const once = readArguments(input, given);
        expect(readArguments(input, once?.values)?.values).toEqual(once?.values);
      }),
      { numRuns: 150 },
    );
  });

  test('of any kind are taken, or refused in sentences by the code invalid_argument', () => {
    const value = fc.oneof(fc.anything(), fc.json(), fc.constantFrom('[', '{', '[[', '1,', '{"a":', '__proto__'));
    const names = fc.oneof(fc.constantFrom(...Object.keys(input.shape), '__proto__', 'constructor'), fc.string());
    const given = fc.oneof(fc.anything(), fc.dictionary(names, value), fc.json());
    fc.assert(
      fc.property(given, (arguments_) => {
        try {
          checkArguments(tool, arguments_);
        } catch (error) {
          expect(error).toBeInstanceOf(Problem);
          expect(error).toMatchObject({
            code: 'invalid_argument',
            message: expect.stringMatching(/^[^\n]{5,3000}\.$/) as string,
          });
        }
      }),
      { numRuns: 250 },
    );
  });

  test.each([
    ['a shape', { prompt: 'a', shapes: '[{"x":1,"points":[[1,2]],"x":2}]' }, '"shapes": The key "x" is there twice'],
    ['the only shape', { prompt: 'a', shapes: '{"x":1,"\\u0078":2}' }, '"shapes[0]": The key "x" is there twice'],
    ['the whole', '{"prompt":"a","prompt":"b"}', 'The key "prompt" is there twice'],
  ])('with a key twice in the text of %s are refused by its name', (_what, given, words) => {
    expect(() => checkArguments(tool, given)).toThrow(`${words}; only its last value would count. Leave one out.`);
  });

  test('may have such words as a prompt', () => {
    const prompt = '{"sky":"red","sky":"blue"}';
    expect(checkArguments(tool, { prompt, images: prompt })).toEqual({ prompt, images: [prompt] });
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['empty text', ''],
    ['the text null', 'null'],
    ['an empty object as text', '{}'],
  ])('that are %s are an empty object', (_what, given) => {
    expect(checkArguments({ name: 'list', input: z.strictObject({ limit: z.int().optional() }) }, given)).toEqual({});
  });

  test.each([
    ['null', null],
    ['empty text', ''],
    ['the text null', 'null'],
    ['an empty list where a list must not be empty', []],
    ['an empty list as text', '[]'],
  ])('that are optional and %s count as left out', (_what, seeds) => {
    expect(checkArguments(tool, { prompt: 'a fox', seeds })).toEqual({ prompt: 'a fox' });
  });

  test('lose the keys that hosts add, unless the tool has such an argument', () => {
    const added = { toolCallId: 'x', sessionId: 'y', action: 'sendMessage', chatInput: 'hi', tool: 'z', _meta: {} };
    const more = { _sessionID: 's', random_string: 'r', task_progress: '- [ ] a', wait_for_previous: true };
    expect(checkArguments(tool, { prompt: 'a fox', ...added, ...more })).toEqual({ prompt: 'a fox' });
    const own = { name: 'own', input: z.strictObject({ tool: z.string() }) };
    expect(checkArguments(own, { tool: 'fill_image' })).toEqual({ tool: 'fill_image' });
  });
});

describe('a refusal', () => {
  test.each([
    [{ seeds: 'abcdefghi' }, '"seeds" must be a list, not "abcdefghi".'],
    [{ seeds: '[1, 2, 3, 4, 5]' }, '"seeds" must have at most 4 entries, not 5.'],
    [{ seeds: [1, null] }, '"seeds[1]" must be a number, not null.'],
    [{ shapes: '[{"x": 1' }, '"shapes" must be a list, but its text is not valid JSON.'],
    [{ shapes: [{ x: 'left' }] }, '"shapes[0].x" must be a number, not "left".'],
    [{ shapes: [{ points: [[1, 2, 3]] }] }, '"shapes[0].points[0]" must have at most 2 entries, not 3.'],
    [
      { shapes: [{ a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 }] },
      '"shapes[0]" has no field "a", "b", "c", "d", "e" and 1 more.',
    ],
    [{ new_job: 'maybe' }, '"new_job" must be true or false, not "maybe".'],
    [{ share: '1e999' }, '"share" must be a number, not "1e999".'],
  ])('of %j is one true sentence', (given, sentence) => {
    expect(() => checkArguments(tool, { prompt: 'a', ...given })).toThrow(
      expect.objectContaining({ message: sentence }) as Error,
    );
  });

  test.each([
    ['100,000 unknown names', () => Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`promptt${i}`, i]))],
    ['a name of a million letters', () => ({ ['promp'.repeat(200_000)]: 1 })],
    ['a million shapes', () => ({ prompt: 'a', shapes: Array.from({ length: 1_000_000 }, () => 7) })],
    ['a million numbers in a text', () => ({ prompt: 'a', seeds: '1,'.repeat(1_000_000) + '1' })],
    [
      'twenty thousand unknown fields',
      () => ({
        prompt: 'a',
        shapes: [Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`unitt${i}`, i]))],
      }),
    ],
  ])('of %s takes no longer than a moment', { tags: 'long' }, async (_what, make) => {
    const given = make();
    const refused = () => expect(() => checkArguments(tool, given)).toThrow(Problem);
    // The first run compiles the code.
    refused();
    // Each takes under 150 ms of work; what grows with the square of the input would take minutes.
    expect(await cpuMs(refused)).toBeLessThan(1_000);
  });

  test('keeps the first few unknown names, and counts the others', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`odd${i}`, i]));
    const { unknown, unknownCount } = readArguments(input, { prompt: 'a', ...many }) ?? {};
    expect({ unknown, unknownCount }).toEqual({ unknown: Object.keys(many).slice(0, 10), unknownCount: 1_000 });
  });

  test('reads no entry of a list that is too long', () => {
    const images = new Proxy<string[]>(
      Array.from({ length: 5 }, () => 'x'),
      {
        get: (list, key) => {
          if (/^\d+$/.test(String(key))) throw new Error(`entry ${String(key)} was read`);
          return Reflect.get(list, key) as unknown;
        },
      },
    );
    expect(readArguments(input, { prompt: 'a', images })?.refusals).toEqual([
      { path: ['images'], message: 'must have at most 4 entries, not 5' },
    ]);
  });

  test('counts all unknown names and suggests for the first ones only', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`promptt${i}`, i]));
    expect(() => checkArguments(tool, { prompt: 'a', ...many })).toThrow(/There are 995 more\.$/);
  });
});

describe('a path or picture', () => {
  const fill = tools.find(({ name }) => name === 'fill_image');
  const batch = tools.find(({ name }) => name === 'submit_batch');

  test('is limited in length before anything reads it', () => {
    const long = 'a'.repeat(4097);
    expect(() => fill?.parse({ image: long, mask: 'last' })).toThrow(
      '"image" must have at most 4096 characters, not 4097.',
    );
    expect(() => batch?.parse({ file: long })).toThrow('"file" must have at most 4096 characters, not 4097.');
    const data = `data:image/png;base64,${'A'.repeat(7_000_000)}`;
    expect(() => fill?.parse({ image: data, mask: 'last' })).toThrow('"image" must have at most 7000000 characters');
    expect(() => fill?.parse({ image: data.slice(0, 6_999_999), mask: 'last' })).not.toThrow();
  });

  test('of megabytes in locale is refused by its length, without an internal error', () => {
    const locale = 'en-US'.repeat(2_000_000);
    expect(() => fill?.parse({ image: 'last', mask: 'last', locale })).toThrow(
      /"locale" must have at most 35 characters/,
    );
  });
});
