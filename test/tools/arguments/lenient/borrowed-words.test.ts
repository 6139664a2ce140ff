import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Problem } from '../../../../src/shared/errors.ts';
import { checkArguments } from '../../../../src/tools/arguments/check-arguments.ts';
import { lettersOf } from '../../../../src/tools/arguments/lenient/names.ts';
import { nameElsewhere, otherNames } from '../../../../src/tools/arguments/lenient/other-names.ts';
import { tools } from '../../../../src/tools/registry.ts';

function toolNamed(name: string) {
  const found = tools.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no tool ${name}`);
  return found;
}

/** What a tool reads, as far as its schema judges it; a refusal in its own words. */
function readBy(name: string, given: unknown): unknown {
  const { input, elsewhere } = toolNamed(name);
  try {
    return checkArguments({ name, input, prepare: undefined, elsewhere }, given);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.message;
  }
}

const CONSENTS = ['confirm', 'accept_possible_charge'];

/** Plain arguments, and the same in the words of other services. */
const calls: fc.Arbitrary<{ tool: string; plain: Record<string, unknown>; other: Record<string, unknown> }> = fc
  .constantFrom(...tools)
  .chain((tool) => {
    const known = Object.keys(tool.input.shape);
    const pairs = otherNames.flatMap((other) => {
      const own = known.some((name) => lettersOf(name) === other) ? undefined : nameElsewhere(other, known);
      return own === undefined ? [] : [{ own, other }];
    });
    const chosen = fc.uniqueArray(fc.constantFrom(...pairs, { own: '', other: '' }), { selector: ({ own }) => own });
    const value = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constantFrom('a.png', 'left', '16:9', 'true', '25%'));
    return fc.tuple(chosen, fc.infiniteStream(value)).map(([named, values]) => {
      const filled = named.filter(({ own }) => own !== '').map((pair) => ({ ...pair, value: values.next().value }));
      return {
        tool: tool.name,
        plain: Object.fromEntries(filled.map((each) => [each.own, each.value])),
        other: Object.fromEntries(filled.map((each) => [each.other, each.value])),
      };
    });
  });

describe('arguments in the words of other services', () => {
  test('mean what their own names mean, and are refused for the same reasons', () => {
    fc.assert(
      fc.property(calls, ({ tool, plain, other }) => {
        // Issues come in the order of the schema; unknown names there are none of.
        expect(readBy(tool, other)).toEqual(readBy(tool, plain));
      }),
      { numRuns: 300 },
    );
  });

  test('never stand for a consent, nor for a name that a tool has itself', () => {
    for (const tool of tools) {
      const known = Object.keys(tool.input.shape);
      for (const name of otherNames) {
        const own = nameElsewhere(name, known);
        expect(CONSENTS).not.toContain(own);
        if (known.includes(name)) expect(readBy(tool.name, { [name]: {} })).not.toContain('has no argument');
      }
    }
  });

  test('mean the same inside of one object, or of its text, in whatever a framework calls it', () => {
    const wrapper = fc.constantFrom('input', 'arguments', 'args', 'params', 'kwargs', 'tool_input', 'Parameters');
    fc.assert(
      fc.property(calls, wrapper, fc.boolean(), ({ tool, plain }, name, isText) => {
        fc.pre(Object.keys(plain).length > 0);
        expect(readBy(tool, { [name]: isText ? JSON.stringify(plain) : plain })).toEqual(readBy(tool, plain));
      }),
      { numRuns: 200 },
    );
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['generate_image', { prompt: 'a', n: 2 }, { prompt: 'a', count: 2 }],
    ['generate_image', { description: 'a', num_images: '4' }, { prompt: 'a', count: 4 }],
    ['generate_image', { prompt: 'a', size: 'square' }, { prompt: 'a', aspect_ratio: 'square' }],
    ['generate_image', { prompt: 'a', size: '16:9' }, { prompt: 'a', aspect_ratio: '16:9' }],
    ['generate_image', { prompt: 'a', image_size: '16:9' }, { prompt: 'a', aspect_ratio: '16:9' }],
    ['expand_image', { image: 'a.png', outputSize: 'square' }, { image: 'a.png', aspect_ratio: 'square' }],
    ['generate_image', { prompt: 'a', orientation: 'portrait' }, { prompt: 'a', aspect_ratio: 'portrait' }],
    ['generate_image', { prompt: 'a', style: 'anime' }, { prompt: 'a', style_presets: ['anime'] }],
    ['generate_image', { prompt: 'a', content_class: 'illustration' }, { prompt: 'a', content_class: 'art' }],
    ['generate_image', { prompt: 'a', style_image: { path: 'b.png' } }, { prompt: 'a', style_image: 'b.png' }],
    ['generate_image', { prompt: { text: 'a' } }, { prompt: 'a' }],
    ['generate_image', { prompt: 'a', width: '2688px', height: 1536 }, { prompt: 'a', size: '2688x1536' }],
    ['generate_image', { prompt: 'a', save_as: { name: 'b.png', size: '9x9' } }, { prompt: 'a', save_as: 'b.png 9x9' }],
    ['edit_image', { image_path: 'a.png', instruction: 'red' }, { image: 'a.png', prompt: 'red' }],
    [
      'fill_image',
      { image: 'a.png', invert: 'yes', select: 'people' },
      { image: 'a.png', invert_mask: true, select: 'person' },
    ],
    [
      'expand_image',
      { image: 'a.png', ratio: '16:9', align: 'right' },
      { image: 'a.png', aspect_ratio: '16:9', align_horizontal: 'right', align_vertical: 'center' },
    ],
    [
      'expand_image',
      { image: 'a.png', alignment: { horizontal: 'Right' } },
      { image: 'a.png', align_horizontal: 'right' },
    ],
    [
      'expand_image',
      { image: 'a.png', placement: { alignment: { vertical: 'top' } } },
      { image: 'a.png', align_vertical: 'top' },
    ],
    [
      'expand_image',
      { image: 'a.png', position: 'bottom-left' },
      { image: 'a.png', align_horizontal: 'left', align_vertical: 'bottom' },
    ],
    [
      'expand_image',
      { image: 'a.png', top: '25%', expand_left: 400 },
      { image: 'a.png', inset_top: '25%', inset_left: '400' },
    ],
    ['upscale_image', { image: { id: 'img_a' }, scale: '4x' }, { image: 'img_a', factor: 4 }],
    ['composite_image', { image: 'a.png', blend: '50%' }, { image: 'a.png', blend: 0.5 }],
    ['generate_video', { image: 'a.png', style: 'anime' }, { first_frame: 'a.png', prompt_style: 'anime' }],
    ['save_image', { image: 'last', filename: 'a.png', width: 400 }, { image: 'last', name: 'a.png', size: '400x' }],
    ['show_images', { images: [{ image: 'img_a', uri: 'firefly://images/img_a', edit: {} }] }, { images: ['img_a'] }],
    ['list_images', { filter: { since: 'today', max_results: 5 } }, { since: 'today', limit: 5 }],
    ['list_custom_models', { search: 'warm' }, { query: 'warm' }],
    ['submit_batch', { prompts: [{ prompt: 'a' }, { text: 'b' }] }, { prompts: ['a', 'b'] }],
    ['cancel_job', { job_id: 'job_a' }, { job: 'job_a' }],
  ])('of %s: %j are %j', (name, given, meant) => {
    expect(readBy(name, given)).toEqual(meant);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['generate_image', { prompt: 'a', reference_image: 'a.png' }, /has no argument "reference_image"/],
    ['generate_image', { prompt: 'a', count: 1, n: 2 }, /has no argument "n"/],
    ['generate_image', { prompt: 'a', size: '2048x2048', width: 9 }, /has no argument "width"/],
    ['generate_image', { prompt: 'a', width: 'wide', height: 9 }, /has no argument "width"/],
    ['generate_image', { prompt: 'a', agreed: true }, /has no argument "agreed"/],
    ['generate_image', { prompt: 'a', input: { count: 2 } }, /has no argument "input"/],
    ['generate_image', { prompt: { text: 'a', weight: 2 } }, /"prompt" must be text, not an object/],
    ['expand_image', { image: 'a.png', align: 'left right' }, /has no argument "align"/],
    ['expand_image', { image: 'a.png', align: 'left', align_vertical: 'top' }, /has no argument "align"/],
    ['upscale_image', { image: { path: 'a.png', url: 'b' } }, /"image" must be text, not an object/],
    ['delete_images', { id: 'img_a' }, /has no argument "id"/],
    ['submit_batch', { prompts: [{ prompt: 'a', count: 2 }] }, /"prompts\[0\]" must be text, not an object/],
  ])('of %s that could mean several things are refused: %j', (name, given, words) => {
    expect(readBy(name, given)).toMatch(words);
  });

  const side = fc.integer({ min: 0, max: 40 });
  test('a box by two corners, or by centre and radii, is that box', () => {
    const names = fc.constantFrom(
      ['left', 'top', 'right', 'bottom'],
      ['x', 'y', 'right', 'bottom'],
      ['x1', 'y1', 'x2', 'y2'],
      ['xmin', 'ymin', 'xmax', 'ymax'],
    );
    fc.assert(
      fc.property(side, side, side, side, names, fc.constantFrom('', '%', 'px'), (x, y, wide, high, corners, unit) => {
        const [width, height] = [wide + 1, high + 1];
        const written = (value: number) => (unit === '' ? value : `${value}${unit}`);
        const box = [x, y, x + width, y + height].map((value, at) => [corners[at], written(value)]);
        const other = { shape: 'rectangle', ...(Object.fromEntries(box) as object) };
        const plain = {
          shape: 'rectangle',
          x: written(x),
          y: written(y),
          width: written(width),
          height: written(height),
        };
        const read = (shape: object) => readBy('make_mask', { image: 'last', shapes: [shape] });
        expect(read(other)).toEqual(read(plain));
        expect(read(plain)).toBeTypeOf('object');
      }),
    );
    expect(
      readBy('make_mask', { image: 'last', shapes: { shape: 'circle', cx: 50, cy: '40', rx: 10, ry: 20 } }),
    ).toEqual({
      image: 'last',
      shapes: [{ shape: 'ellipse', x: 40, y: 20, width: 20, height: 40 }],
    });
    // "right" may be the room on the right.
    const left = { shape: 'rectangle', left: 40, top: 5, right: 25, bottom: 30 };
    expect(readBy('make_mask', { image: 'last', shapes: left })).toMatch(/has no field "right", "bottom"/);
  });
});
